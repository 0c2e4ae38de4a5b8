"""Full names of people, told from names of places, offices, positions and things.

No list holds every name. A column is judged by the share of its cells that carry a sign that only
people's names carry: a title (`dr.`, `Hj.`, `S.Kom`), a common given name, a clan name (marga).
A single text is believed where such a sign stands beside an identifier or a form of address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.domain.identifiers.masks import mask

#: Common given names, and clan and family names of North Sumatra and beyond.
_GIVEN = frozenset(
    """abdul abdullah ade adi aditya agung agus agustina ahmad aisyah akbar alfian ali amelia
    amin amir andi andre andri anggi anita anna anton ardi arif arifin aris arya asep astuti
    ayu bagus bambang basuki bayu benny budi budiman cahya chandra dani darma darwin david
    deddy dedi denny desi dewi dian diana dina dini dodi dwi edi edy eka eko elisabeth elly
    endang erna erwin eva evi fajar farida fatimah febri ferdi ferry fitri fitria fitriani
    frans friska galih gita gunawan hadi halimah hamid handoko hartono hasan hasanah hendra
    hendri henny heri herman hermawan heru husein ibrahim ida imam iman indah indra ira irfan
    irma irwan ismail iwan jaka johan joko jonathan juliana julianti junaidi kartika khadijah
    kiki kristina kurnia kurniawan lestari lia lilis lina linda lisa lukman maria mariana
    mario marlina martha maya merry mira mohammad muhamad muhammad mukhtar mulyadi mulyani
    murni mustafa nadia nina ningsih nita nova novi novita nur nuraini nurhayati nurul oki
    pandu paulus petrus prasetyo pratama putra putri putu rahayu rahma rahman rahmat rani
    reni reza rian ridwan rika rina rini rio riska rizal rizki rizky robert rohani roni rosa
    rosita rosmawati rudi ruslan rusli safitri saiful samsul sandi santi santoso sarah sari
    setiawan sigit silvia simon siti slamet sri stefanus sudirman sugeng suharto sukma
    sulastri sumiati suparman supriadi suryadi suryani susanti susanto susi suwarno syahrul
    syaiful taufik tini titin toni tri tuti udin umar ummi usman utami veronica vina wahyu
    wahyudi wati wawan widodo widya winda wulan yani yanti yohanes yudi yulia yuliana yuni
    yusuf zainal zainuddin zulkifli""".split()
)
_CLANS = frozenset(
    """ambarita aritonang bangun banurea barus batubara berutu brahmana butarbutar dalimunthe
    damanik dasopang daulay ginting girsang gulo gultom gurning gurusinga halawa harahap
    harefa hasibuan hasugian hidayah hidayat hulu hutabalian hutabarat hutagalung hutagaol
    hutahaean hutajulu hutapea hutasoit hutauruk kaban karokaro kusuma laia lase lubis
    lumbanbatu lumbangaol lumbanraja lumbantobing lumbantoruan malau manalu manihuruk manik
    manullang manurung marbun marpaung matondang mendrofa nababan nadeak naibaho nainggolan
    napitu napitupulu nasution ndraha nugroho pakpahan pandiangan pane pangaribuan panggabean
    panjaitan pardede pardosi pasaribu perangin peranginangin pohan pulungan purba rajagukguk
    rambe rangkuti ritonga sagala samosir saputra saputri saragi saragih sebayang sembiring
    siagian siahaan siallagan sianipar sianturi sibarani sibuea siburian sidabutar sidauruk
    sigalingging sihaloho sihite sihombing sihotang silaban silaen silalahi silitonga
    simamora simangunsong simanjuntak simanullang simarmata simatupang simbolon sinaga
    sinambela sinuhaji sinulingga sinurat sipahutar sipayung sirait siregar siringoringo
    siswanto sitanggang sitepu sitinjak sitohang sitompul sitorus situmeang situmorang
    surbakti sutanto tambunan tampubolon tarigan tarihoran telaumbanua tinambunan tobing
    tumanggor turnip waruwu wibowo wijaya zebua zega zendrato""".split()
)
_TITLES = re.compile(
    r"(?:^|[\s,.])(?:drg?|dra?s?|ir|hj?|kh|ust|prof|pdt|s\.?\s?(?:kom|sos|pd|ag|ked|kep|hut|ip|psi|"
    r"farm|si|tr\w*|e|h|t|p|km|km|stp)|m\.?\s?(?:kom|sos|pd|ag|si|kes|hum|ap|eng|sc|m|h|t)|am\.?d"
    r"|a\.?md\.?\w*|sh|se|st|skm|mm|mh|mkm|ners|apt|bin|binti|boru|br)(?:[.,\s]|$)",
    re.IGNORECASE,
)
#: Words that only names of offices, places, positions, goods and texts carry.
_NOT_PEOPLE = frozenset(
    """ada akademi akta alat apotek asn asosiasi badan bagian balai bandara bank belum bidan
    bidang biro bpbd bpjs bps buruh cabang camat cv daerah dan desa di dinas direktorat
    dokter dprd dusun fakultas gang gedung gereja guru hotel ikatan industri inspektorat
    instalasi institut izin jalan jl jln jumlah kab kabupaten kampung kantor kartu kawasan
    kec kecamatan kelompok kelurahan kementerian kepala klinik komisi komplek koperasi kota
    kua lain lainnya lapangan lembaga lingkungan loket ma mal masjid mi mts museum nagori
    negeri obat organisasi pabrik pajak panti pasar pedagang pegawai pelabuhan pelayanan
    pemerintah pemohon perawat perpustakaan perum perumahan perusahaan petani pimpinan pns
    polda polres polsek posyandu prasarana program provinsi pt puskesmas pustu rs rsia rsud
    rt rumah rw sakit samsat sarana satpol satuan sd sdn sekda sekolah sekretariat sekretaris
    seksi sma sman smk smp smpn sub sudah sungai surat swasta taman terminal tidak tk toko
    tpi ud unit universitas untuk upt uptd usaha wilayah yang yayasan""".split()
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def name_sign(text: str) -> int:
    """Say how much a cell looks like one person's full name: 0 no, 1 could be, 2 carries a sign.

    Initials, titles behind a comma and upper or lower case all occur; digits never do.
    """
    if not 3 <= len(text) <= 70 or any(c.isdecimal() or c in "@/:;%&=_|" for c in text):
        return 0
    tokens = [token.lower() for token in _TOKEN.findall(text)]
    if not 1 <= len(tokens) <= 9 or not _NOT_PEOPLE.isdisjoint(tokens):
        return 0
    parts = [token for token in tokens if len(token) > 2]
    if not parts:
        return 0
    known = sum(token in _GIVEN or token in _CLANS for token in parts)
    titled = len(parts) >= 1 and "," in text and bool(_TITLES.search(text))
    if (known >= 1 and len(parts) >= 2) or (titled and len(tokens) >= 2):
        return 2
    prefixed = re.match(r"\s*(?:drg?|dra?s?|ir|hj?|kh|prof|pdt)\.\s*\w{3}", text, re.IGNORECASE)
    return 2 if prefixed else 1 if len(parts) <= 6 else 0


def name_shares(texts: Iterable[str]) -> tuple[float, float]:
    """Return the shares of texts that could be names, and that carry a sign of one."""
    signs = [name_sign(text) for text in texts]
    if not signs:
        return 0.0, 0.0
    return sum(s >= 1 for s in signs) / len(signs), sum(s == 2 for s in signs) / len(signs)


_ADDRESSED = re.compile(
    r"(?:\ba\.?\s?n\.?|\batas nama|\bnama\b|\bsdri?\.?|\bsaudari?\b|\bbapak\b|\bbpk\.?|\bibu\b|"
    r"\bny\.|\btn\.|\bhubungi\b|\bkontak\b|\bdr\.|\bdrs\.|\bir\.|\bhj?\.)\s*:?\s*",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    # a full stop ends the sentence, except behind an initial or a title
    r"{0}(?:[ ]+(?:bin|binti|boru|br\.?|{0})){{0,5}}(?:,\s?[A-Z][\w.]+)*".format(
        r"(?:(?:[A-Z][\w'’]{0,2}|Prof|Moch|Much)\.|[A-Z][\w'’]*)"
    )
)
#: Forms of address and names of numbers that stand in capitals around a name.
_LEAD = re.compile(r"(?:(?:Bapak|Bpk|Ibu|Sdri?|Saudari?|Nama|Hubungi|Kontak|Tn|Ny)\b[.:]? *)*")
_TRAIL = re.compile(r"(?: +(?:NIK|NIP|NRP|NPWP|KK|KTP|HP|WA|Telp|Telepon|No|Nomor)\b\.?)+$")


def find_names(text: str, near: Iterable[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return [start, stop) of people's names in a running text.

    near: the identifiers found in it; a capitalised name with a sign within 60 characters counts.
    Without an identifier near, a form of address (`a.n.`, `Bapak`, `dr.`) must stand before it.
    """
    found = []
    spots = list(near)
    addressed = {match.end() for match in _ADDRESSED.finditer(text)}
    for match in _CAPITALS.finditer(text):
        lead = _LEAD.match(match.group())
        start = match.start() + (lead.end() if lead else 0)
        stop = match.start() + len(_TRAIL.sub("", match.group()))
        sign = name_sign(text[start:stop])
        close = any(start - 60 <= b and a <= stop + 60 for a, b in spots)
        several = " " in text[start:stop]
        if (sign == 2 and close) or (sign and several and start in addressed):
            found.append((start, stop))
    return found


def mask_names(text: str, near: Iterable[tuple[int, int]] = ()) -> str:
    """Return a running text with people's names down to their initials.

    near: where identifiers stand in it, as for `find_names`. A text that is a name and nothing else
    is one too: the line above `NIP.` in a signature block.
    """
    if name_sign(text) == 2:
        return mask("name", text)
    for start, stop in reversed(find_names(text, near)):
        text = text[:start] + mask("name", text[start:stop]) + text[stop:]
    return text
