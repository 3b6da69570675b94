"""uv asks the index that pip is configured with, unless uv is told otherwise."""

import subprocess
from pathlib import Path

import pytest

from infra.index_settings import translate

SCRIPT = Path(__file__).parents[2] / "infra" / "index_settings.py"
PYTHON_WITH_PIP = Path(__file__).parents[2] / ".tools" / "bin" / "python"
MIRROR = "https://mirror.example/simple"


@pytest.mark.parametrize(
    ("pip", "variable", "value"),
    [
        ({"index-url": MIRROR}, "UV_DEFAULT_INDEX", MIRROR),
        (
            {"extra-index-url": f"\n{MIRROR}\nhttps://b.example"},
            "UV_INDEX",
            f"{MIRROR} https://b.example",
        ),
        ({"find-links": "/a /b"}, "UV_FIND_LINKS", "/a,/b"),
        ({"trusted-host": "mirror.example"}, "UV_INSECURE_HOST", "mirror.example"),
        ({"no-index": "true"}, "UV_NO_INDEX", "1"),
        ({"cert": "/etc/ca.pem"}, "SSL_CERT_FILE", "/etc/ca.pem"),
        ({"proxy": "http://proxy.example"}, "ALL_PROXY", "http://proxy.example"),
        ({"default-timeout": "180"}, "UV_HTTP_TIMEOUT", "180"),
    ],
)
def test_setting_of_pip_becomes_uvs(pip: dict[str, str], variable: str, value: str) -> None:
    assert dict(translate(pip, {}))[variable] == value


def test_uvs_own_index_wins() -> None:
    assert "UV_DEFAULT_INDEX" not in dict(translate({"index-url": MIRROR}, {"UV_INDEX_URL": "x"}))


def test_own_certificates_win() -> None:
    assert "SSL_CERT_FILE" not in dict(translate({"cert": "/a"}, {"SSL_CERT_FILE": "/b"}))


def test_settings_are_read_from_pips_files_and_variables(tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(f"[global]\nindex-url = {MIRROR}\ntimeout = 7\n[install]\ntimeout = 8\n")
    printed = subprocess.run(
        [PYTHON_WITH_PIP, SCRIPT],
        env={"PIP_CONFIG_FILE": str(file), "PIP_TRUSTED_HOST": "it's odd", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert f"export UV_DEFAULT_INDEX={MIRROR}\n" in printed
    assert "export UV_HTTP_TIMEOUT=8\n" in printed
    assert """export UV_INSECURE_HOST='it'"'"'s odd'\n""" in printed
