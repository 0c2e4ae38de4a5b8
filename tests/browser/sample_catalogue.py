"""A small, well-described catalogue to look at: offices, services, a dataset with a table."""

from __future__ import annotations

import io

from ckan_api import Api

NAME = "penduduk-kabupaten-kota"
TITLE = {"id": "Penduduk menurut Kabupaten/Kota", "en": "Population by Regency and City"}

OFFICES = {
    "diskominfo": ("Dinas Komunikasi dan Informatika", "Communication and Informatics Office"),
    "biro-uji-halaman": ("Biro Organisasi", "Organization Bureau"),
    "dinas-kependudukan": (
        "Dinas Kependudukan dan Pencatatan Sipil",
        "Population and Civil Registration Office",
    ),
}
SERVICES = {
    "kependudukan-uji-halaman": ("Administrasi Kependudukan", "Civil Registration"),
    "kesehatan": ("Kesehatan", "Health"),
    "pendidikan": ("Pendidikan", "Education"),
    "perizinan": ("Perizinan dan Investasi", "Licensing and Investment"),
    "jalan-perhubungan": ("Jalan dan Perhubungan", "Roads and Transport"),
    "pengaduan": ("Pengaduan dan Kepuasan", "Complaints and Satisfaction"),
}
FIELDS = [
    {
        "id": "kode_wilayah",
        "type": "text",
        "info": {
            "label": "Kode wilayah",
            "label_en": "Region code",
            "notes": "Kode Kemendagri kabupaten atau kota.",
            "notes_en": "The regency's or city's code of the Ministry of Home Affairs.",
        },
    },
    {
        "id": "nama",
        "type": "text",
        "info": {
            "label": "Nama wilayah",
            "label_en": "Region name",
            "notes": "Nama resmi kabupaten atau kota.",
            "notes_en": "Official name of the regency or city.",
        },
    },
    {
        "id": "jumlah",
        "type": "int4",
        "info": {
            "label": "Jumlah penduduk",
            "label_en": "Population",
            "notes": "Penduduk terdaftar pada akhir tahun (ilustratif).",
            "notes_en": "Registered residents at the end of the year (illustrative).",
            "unit": "jiwa",
        },
    },
    {
        "id": "tahun",
        "type": "int4",
        "info": {"label": "Tahun", "label_en": "Year", "notes": "", "notes_en": ""},
    },
]
ROWS = [
    {"kode_wilayah": f"12.{code}", "nama": name, "jumlah": count, "tahun": 2024}
    for code, name, count in [
        ("01", "Kabupaten Tapanuli Tengah", 371_000),
        ("05", "Kabupaten Langkat", 1_048_000),
        ("07", "Kabupaten Deli Serdang", 2_018_000),
        ("12", "Kabupaten Toba", 211_000),
        ("17", "Kabupaten Samosir", 140_000),
        ("71", "Kota Medan", 2_486_000),
        ("72", "Kota Pematangsiantar", 274_000),
        ("76", "Kota Tebing Tinggi", 178_000),
    ]
]
NOTES = {
    "id": "Jumlah penduduk terdaftar menurut **kabupaten dan kota** di Sumatera Utara. "
    "Angka dalam contoh ini *ilustratif*.",
    "en": "Registered residents by **regency and city** of North Sumatra. "
    "The figures of this sample are *illustrative*.",
}


def _extras(**values: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def fill(api: Api) -> str:
    """Create the catalogue and return the table's resource id."""
    for name, (title, english) in OFFICES.items():
        api.organization_create(name=name, title=title, extras=_extras(title_en=english))
    for name, (title, english) in SERVICES.items():
        api.group_create(
            name=name,
            title=title,
            description=f"Data tentang layanan {title.lower()}.",
            extras=_extras(
                title_en=english, description_en=f"Data about the service {english.lower()}."
            ),
        )
    api.package_create(
        name=NAME,
        title=TITLE["id"],
        notes=NOTES["id"],
        owner_org="dinas-kependudukan",
        groups=[{"name": "kependudukan-uji-halaman"}],
        tags=[{"name": "penduduk"}, {"name": "kependudukan"}],
        license_id="cc-by",
        version="1.0.0",
        maintainer="Bidang Pengelolaan Informasi Kependudukan",
        maintainer_email="data@contoh.sumutprov.go.id",
        extras=_extras(
            title_en=TITLE["en"],
            notes_en=NOTES["en"],
            frequency="Tahunan",
            frequency_en="Yearly",
            coverage="Provinsi Sumatera Utara",
            issued="2024-02-01",
            language="id, en",
            illustrative="ya / yes",
            temporal_end="2024",
            temporal_start="2023",
        ),
    )
    api.package_create(
        name="indeks-kepuasan",
        title="Indeks Kepuasan Masyarakat",
        notes="Indeks kepuasan per unit layanan.",
        owner_org="biro-uji-halaman",
        groups=[{"name": "pengaduan"}, {"name": "kesehatan"}],
        tags=[{"name": "kepuasan"}],
        license_id="cc-by",
        extras=_extras(title_en="Public Satisfaction Index", notes_en="Index per service unit."),
    )
    table = api.datastore_create(
        resource={
            "package_id": NAME,
            "name": "Penduduk per kabupaten/kota",
            "name_en": "Population per regency and city",
            "description": "Satu baris per kabupaten atau kota.",
            "description_en": "One row per regency or city.",
            "format": "CSV",
        },
        fields=FIELDS,
        primary_key=["kode_wilayah"],
        records=ROWS,
    )["resource_id"]
    has_view = api.resource_view_list(id=table)
    if not has_view:
        api.resource_view_create(resource_id=table, title="Tabel", view_type="datatables_view")
    lines = ["kode_wilayah,nama,jumlah,tahun"]
    lines += [",".join(str(value) for value in row.values()) for row in ROWS]
    api.call(
        "resource_create",
        files={"upload": ("penduduk.csv", io.BytesIO("\n".join(lines).encode()))},
        package_id=NAME,
        name="Berkas CSV",
        name_en="CSV file",
        format="CSV",
    )
    return str(table)
