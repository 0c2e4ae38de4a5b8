"""Archives, wrong names, web pages and addresses on the web."""

from __future__ import annotations

import bz2
import gzip
import http.server
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.writers import Sheet, write_xlsx

from pipelines.errors import PortalProblem, UsageProblem
from pipelines.extract import extract, inspect
from pipelines.readers import remote

CSV = b"kode,nama,jumlah\n" + b"".join(b"%02d,Nama %d,%d\n" % (n, n, n * 7) for n in range(1, 9))
ROWS = [[f"{n:02d}", f"Nama {n}", str(n * 7)] for n in range(1, 9)]


def rows(source: Path | str, **more: object) -> list[list[str]]:
    return extract(source, **more).table.frame.values.tolist()  # type: ignore[arg-type, no-any-return]


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed(pack: object, tmp_path: Path) -> None:
    path = tmp_path / "data.csv.gz"
    path.write_bytes(pack(CSV))  # type: ignore[operator]
    assert rows(path) == ROWS


def test_two_gzip_members(tmp_path: Path) -> None:
    path = tmp_path / "data.csv.gz"
    path.write_bytes(gzip.compress(CSV[:40]) + gzip.compress(CSV[40:]))
    assert rows(path) == ROWS


def test_zip_of_one(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"folder/": b"", "folder/data.csv": CSV, "__MACOSX/x": b"y"})
    assert rows(path) == ROWS


def test_zip_of_months_is_joined(tmp_path: Path) -> None:
    parts = {f"2024-0{n}.csv": CSV.replace(b"Nama", b"Bulan %d" % n) for n in (1, 2, 3)}
    found = extract(zipped(tmp_path / "a.zip", parts))
    assert len(found.table) == 24
    assert [source.sheet for source in found.table.sources] == sorted(parts)
    place = found.table.position(17, "nama")
    assert (place.sheet, place.row, place.column) == ("2024-03.csv", 3, 2)
    assert found.evidence["rows"]["data"] == 24


def test_zip_of_different_tables(tmp_path: Path) -> None:
    write_xlsx([Sheet([["x", "y"], ["a", 1], ["b", 2]])], tmp_path / "kecil.xlsx")
    small = (tmp_path / "kecil.xlsx").read_bytes()
    path = zipped(tmp_path / "a.zip", {"besar.csv": CSV, "kecil.xlsx": small, "baca.pdf": b"%PDF"})
    assert rows(path) == ROWS
    assert len(inspect(path).sheets) == 2


@pytest.mark.parametrize("name", ["data.xlsx", "data.pdf", "data", ".csv", "$.csv", "\u00a0.txt"])
def test_content_decides(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(CSV)
    assert rows(path) == ROWS


def test_web_page_saved_as_xls(tmp_path: Path) -> None:
    body = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in ROWS)
    head = "<tr><th>kode</th><th>nama</th><th>jumlah</th></tr>"
    page = (
        "<html><head><style>td{}</style></head><body><p>x</p>"
        f"<table>{head}{body}</table></body></html>"
    )
    path = tmp_path / "laporan.xls"
    path.write_text(page, encoding="utf-8")
    assert rows(path) == ROWS
    assert inspect(path).kind == "html"


def test_web_page_with_spans(tmp_path: Path) -> None:
    page = (
        "<table><tr><th rowspan=2>Nama</th><th colspan=2>Jenis<br>Kelamin</th></tr>"
        "<tr><th>L</th><th>P</th></tr><tr><td>Nias</td><td>11</td><td>20</td></tr>"
        "<tr><td>Karo</td><td>13</td><td>24</td></tr></table>"
    )
    path = tmp_path / "a.xls"
    path.write_text(page, encoding="utf-8")
    found = extract(path)
    assert list(found.table.frame.columns) == ["Nama", "Jenis Kelamin / L", "Jenis Kelamin / P"]
    assert found.table.frame.values.tolist() == [["Nias", "11", "20"], ["Karo", "13", "24"]]


def test_spreadsheetml(tmp_path: Path) -> None:
    def row(cells: list[tuple[str, str]]) -> str:
        return (
            "<Row>"
            + "".join(f'<Cell><Data ss:Type="{k}">{v}</Data></Cell>' for k, v in cells)
            + "</Row>"
        )

    body = row([("String", "kode"), ("String", "nama"), ("String", "jumlah")]) + "".join(
        row([("String", a), ("String", b), ("Number", f"{c}.0")]) for a, b, c in ROWS
    )
    text = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="Data"><Table>{body}</Table></Worksheet></Workbook>'
    )
    path = tmp_path / "a.xls"
    path.write_text(text, encoding="utf-8")
    assert rows(path) == ROWS


enough, ended = threading.Event(), threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/pindah"):
            self.send_response(302)
            self.send_header("Location", "/data.csv?kunci=rahasia")
            self.end_headers()
        elif self.path.startswith("/putar"):
            self.send_response(302)
            self.send_header("Location", "/putar")
            self.end_headers()
        elif self.path.startswith("/tetes"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CSV[:1])
            enough.wait(30)
            ended.set()
        elif self.path.startswith("/bagian"):
            self.protocol_version = "HTTP/1.1"
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            for byte in gzip.compress(CSV):
                self.wfile.write(b"1\r\n" + bytes([byte]) + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
            self.close_connection = True
        elif self.path.startswith("/data.csv"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(CSV)))
            self.end_headers()
            self.wfile.write(CSV)
        else:
            self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as service:
        thread = threading.Thread(target=service.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{service.server_address[1]}"
        service.shutdown()


def test_from_the_web(server: str) -> None:
    found = extract(f"{server}/data.csv", allow_private=True)
    assert found.table.frame.values.tolist() == ROWS
    assert found.table.sources[0].file == "data.csv"
    assert found.table.sources[0].path is None


def test_a_drip_of_bytes_meets_the_deadline(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte came, the next does not: the time is up although no whole piece was read."""
    monkeypatch.setattr(remote, "SECONDS", 0.0)
    try:
        with pytest.raises(PortalProblem) as caught:
            extract(f"{server}/tetes", allow_private=True)
        assert not ended.is_set()
    finally:
        enough.set()
    assert caught.value.code == "url-slow"


def test_an_answer_in_small_compressed_parts_is_whole(server: str) -> None:
    assert rows(f"{server}/bagian", allow_private=True) == ROWS


def test_redirects_are_followed(server: str) -> None:
    assert rows(f"{server}/pindah", allow_private=True) == ROWS
    with pytest.raises(PortalProblem) as caught:
        extract(f"{server}/putar", allow_private=True)
    assert caught.value.code == "url-redirects"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:9/data.csv", "url-private"),
        ("http://localhost:9/data.csv", "url-private"),
        ("http://10.0.0.7/data.csv", "url-private"),
        ("http://192.168.1.1/data.csv", "url-private"),
        ("http://169.254.169.254/latest/meta-data", "url-private"),
        ("http://[::1]/data.csv", "url-private"),
        ("http://[::ffff:10.0.0.1]/data.csv", "url-private"),
        ("http://[::127.0.0.1]/data.csv", "url-private"),
        ("http://[64:ff9b::7f00:1]/data.csv", "url-private"),
        ("http://[64:ff9b:1::808:808]/data.csv", "url-private"),
        ("http://[2002:7f00:1::]/data.csv", "url-private"),
        ("http://[2001:0:808:808::]/data.csv", "url-private"),
        ("http://2130706433/data.csv", "url-private"),
        ("http://0x7f.1/data.csv", "url-private"),
        ("http://0.0.0.0/data.csv", "url-private"),
    ],
)
def test_private_networks_are_not_read(url: str, code: str) -> None:
    with pytest.raises(PortalProblem) as caught:
        extract(url)
    assert caught.value.code == code
    assert caught.value.exit_code == 3


def test_a_redirect_into_a_private_network(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first host passes as public; the one it points to does not."""
    monkeypatch.setattr(remote, "_vetted", _vet_first(remote._vetted))
    with pytest.raises(PortalProblem) as caught:
        extract(f"{server}/pindah")
    assert caught.value.code == "url-private"


def _vet_first(real: object) -> object:
    calls: list[str] = []

    def vetted(host: str, port: int, url: str, allow_private: bool) -> str:
        calls.append(url)
        return real(host, port, url, allow_private or len(calls) == 1)  # type: ignore[operator, no-any-return]

    return vetted


def test_errors_of_the_web(server: str) -> None:
    with pytest.raises(PortalProblem) as caught:
        extract(f"{server}/tidak-ada.csv", allow_private=True)
    assert (caught.value.code, caught.value.params["status"]) == ("url-status", 404)
    with pytest.raises(PortalProblem) as caught:
        extract("http://127.0.0.1:9/x.csv", allow_private=True)
    assert caught.value.code == "url-unreachable"
    with pytest.raises(UsageProblem) as usage:
        extract("ftp://contoh.example/a.csv")
    assert usage.value.code == "url-scheme"


def test_secrets_in_addresses_are_not_shown(server: str) -> None:
    with pytest.raises(PortalProblem) as caught:
        extract("http://saya:rahasia@127.0.0.1:9/x.csv?kunci=sandi")
    assert "rahasia" not in str(caught.value)
    assert "sandi" not in str(caught.value)
