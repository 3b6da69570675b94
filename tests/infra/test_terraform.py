"""Each Terraform module is formatted, valid against the provider's schema, and passes its tests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.needs("terraform_mirror")

MODULES = Path(__file__).parents[2] / "infra" / "terraform" / "modules"
MIRRORS = [
    *(Path("/usr/share/terraform"), Path("/usr/local/share/terraform")),
    *(Path.home() / ".terraform.d", Path("/opt")),
]


def mirror() -> Path:
    """Return the folder that holds the provider; no registry is asked."""
    found = [
        path for root in MIRRORS for path in root.glob("*/registry.terraform.io/hashicorp/aws")
    ]
    return found[0].parents[2]


def terraform(folder: Path, *words: str) -> str:
    config = folder / "offline.tfrc"
    config.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror()}"\n  }}\n}}\n'
    )
    ended = subprocess.run(
        ["terraform", *words],
        cwd=folder,
        env=os.environ | {"TF_CLI_CONFIG_FILE": str(config), "TF_IN_AUTOMATION": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize("module", sorted(path.name for path in MODULES.iterdir()))
def test_a_module_is_formatted_valid_and_passes_its_tests(module: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MODULES / module, tmp_path / module))

    terraform(folder, "fmt", "-check", "-diff", "-recursive")
    terraform(folder, "init", "-backend=false", "-no-color")
    terraform(folder, "validate", "-no-color")

    assert "0 failed" in terraform(folder, "test", "-no-color")
