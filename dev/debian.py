"""Debian packages for root and non-root, and packages of another suite, without touching the host's apt.

Root installs what is missing with apt-get. Anyone else downloads the packages with their missing
dependencies into the runtime folder and gets wrapper scripts that run them from there.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from dev.console import Failure, is_root, note, run
from dev.paths import RUNTIME

PACKAGES = RUNTIME / "debian"
WRAPPERS = PACKAGES / "bin"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

# command: (package, the program inside the package, download size)
TOOLS = {
    "postgres": ("postgresql", "usr/lib/postgresql/*/bin/postgres", "50 MB"),
    "psql": ("postgresql-client", "usr/lib/postgresql/*/bin/psql", "5 MB"),
    "chromium": ("chromium", "usr/lib/chromium/chromium", "150 MB"),
    "wkhtmltopdf": ("wkhtmltopdf", "usr/bin/wkhtmltopdf", "60 MB"),
}

# version of PostgreSQL: the suite of Debian's archive that has it, and the packages that apt installs for its server
SERVERS = {
    "17": ("trixie", ["postgresql-17", "postgresql-client-17"]),
    "18": ("unstable", ["postgresql-18", "postgresql-client-18", "postgresql-18-jit"]),
}
LIBRARY = re.compile(r"lib.*(?<!-dev)(?<!-dbg)(?<!-perl)")

NO_NETWORK = "Check the network and the Debian mirror in /etc/apt, then run the same command again."


def search_path():
    """PATH for children: our wrappers, then the host's, then the PostgreSQL server programs Debian keeps off PATH."""
    servers = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    return os.pathsep.join([str(WRAPPERS), os.environ.get("PATH", os.defpath), *servers])


def find(command):
    found = shutil.which(command, path=search_path())
    return Path(found) if found else None


def ensure(*commands):
    """Make each command available to children that run with `search_path()`."""
    missing = [command for command in commands if not find(command)]
    if not missing:
        return
    note("missing: " + ", ".join(f"{command} ({TOOLS[command][2]})" for command in missing))
    if is_root():
        install([TOOLS[command][0] for command in missing])
    else:
        for command in missing:
            make_wrapper(command, unpack(TOOLS[command][0]))


def ensure_library(package, pattern):
    """Path of a library that the host or the unpacked package holds, installed when it is missing."""
    if is_root() and not any(Path("/").glob(pattern)):
        note(f"missing: {package}")
        install([package])
    root = Path("/") if any(Path("/").glob(pattern)) else unpack(package)
    found = sorted(root.glob(pattern))
    if not found:
        raise Failure(f"The Debian package {package} no longer holds {pattern}.", f"Install {package} yourself.")
    return found[-1]


def install(packages):
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    run(["apt-get", *wait, "update"], "apt-update", "apt-get update failed", NO_NETWORK, env=environment)
    run(
        ["apt-get", *wait, "install", "-y", "--no-install-recommends", *packages],
        "apt-install",
        f"apt-get could not install {', '.join(packages)}",
        NO_NETWORK,
        env=environment,
    )


def unpack(package):
    """Folder with the unpacked package and those of its dependencies that this host lacks."""
    folder = PACKAGES / package
    if not folder.exists():
        apt = PrivateApt("host")
        unpack_into(folder, apt, [package, *apt.missing_dependencies(package)])
    return folder


def unpack_into(folder, apt, packages):
    """Download and unpack; the folder appears under its name only when it is complete."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    archives = apt.download(packages)
    for archive in archives:
        run(["dpkg", "-x", archive, partial], "dpkg", f"Unpacking {archive.name} failed", "Check the free disk space.")
    partial.rename(folder)
    shutil.rmtree(apt.state)


def server(version):
    """Folder with the server programs of a version of PostgreSQL, the host's or those of another suite of Debian."""
    own = Path(f"/usr/lib/postgresql/{version}/bin")
    if (own / "postgres").exists():
        return own
    if version not in SERVERS:
        raise Failure(
            f"Debian's archive is not known to have PostgreSQL {version}.",
            f"Choose from: {', '.join(SERVERS)}, or set PGHOST and PGUSER to a running server.",
        )
    suite, packages = SERVERS[version]
    folder = PACKAGES / packages[0]
    programs = folder / f"usr/lib/postgresql/{version}/bin"
    if not folder.exists():
        note(f"downloading PostgreSQL {version} (80 MB)…")
        apt = PrivateApt(suite, source_lines(suite))
        libraries = [name for name in apt.missing_dependencies(*packages) if LIBRARY.fullmatch(name)]
        unpack_into(folder, apt, [*packages, *libraries])
    for program in programs.iterdir():
        if not program.name.endswith(".real") and not (programs / f"{program.name}.real").exists():
            _run_with_own_libraries(program, folder)
    return programs


def _run_with_own_libraries(program, folder):
    """Put a script in a program's place, which the programs of a server find beside themselves.

    The libraries of a newer suite want their own C library, and that its own loader.
    """
    real = program.with_name(f"{program.name}.real")
    libraries = _folders(folder, "lib/*-linux-gnu*", "usr/lib/*-linux-gnu*", "usr/lib/llvm-*/lib")
    loaders = sorted(folder.glob("**/ld-linux-*.so.*"))
    start = f"'{loaders[0]}' --library-path '{libraries}' --argv0 \"$0\"" if loaders else ""
    program.rename(real)
    program.write_text(
        f"#!/bin/sh\n{'' if loaders else f'export LD_LIBRARY_PATH={libraries}'}\nexec {start} '{real}' \"$@\"\n"
    )
    program.chmod(0o755)


def make_wrapper(command, folder):
    """A script that runs the program of an unpacked package with that package's own libraries."""
    programs = sorted(folder.glob(TOOLS[command][1]))
    if not programs:
        raise Failure(
            f"The Debian package {TOOLS[command][0]} no longer holds {command}.", f"Install {command} yourself."
        )
    settings = {
        "LD_LIBRARY_PATH": _folders(folder, "lib/*-linux-gnu*", "usr/lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/*"),
        "QT_PLUGIN_PATH": _folders(folder, "usr/lib/*/qt5/plugins"),
        "FONTCONFIG_PATH": _folders(folder, "etc/fonts") or "/etc/fonts",
        "XDG_DATA_HOME": _folders(folder, "usr/share"),  # where fontconfig looks for fonts
    }
    exports = "".join(f"export {name}='{value}'\n" for name, value in settings.items())
    WRAPPERS.mkdir(parents=True, exist_ok=True)
    for program in programs[-1].parent.iterdir() if command in ("postgres", "psql") else [programs[-1]]:
        script = WRAPPERS / program.name
        script.write_text(f"#!/bin/sh\n{exports}exec '{program}' \"$@\"\n")
        script.chmod(0o755)


def _folders(root, *patterns):
    return os.pathsep.join(str(path) for pattern in patterns for path in sorted(root.glob(pattern)) if path.is_dir())


class PrivateApt:
    """apt-get with lists and cache of its own; sources are the host's, or the given lines.

    Works without root. The host's installed packages count as installed and its apt settings
    (proxies, certificates) apply.
    """

    def __init__(self, name, sources=None):
        self.state = state = RUNTIME / "apt" / name
        self.archives = state / "archives"
        for folder in (state / "lists/partial", state / "cache/archives/partial", self.archives):
            folder.mkdir(parents=True, exist_ok=True)
        self.options = [
            "-o",
            f"Dir::State::Lists={state / 'lists'}",
            "-o",
            f"Dir::Cache={state / 'cache'}",
            "-o",
            "APT::Sandbox::User=root",
            "-o",
            "Debug::NoLocking=true",
            "-o",
            "Acquire::Languages=none",
        ]
        strict = []
        if sources:
            strict = ["-o", "APT::Update::Error-Mode=any"]
            (state / "sources.list").write_text("".join(f"{line}\n" for line in sources))
            self.options += [
                "-o",
                f"Dir::Etc::sourcelist={state / 'sources.list'}",
                "-o",
                "Dir::Etc::sourceparts=/dev/null",
            ]
        run(
            ["apt-get", *self.options, *strict, "update"],
            f"apt-{name}",
            "The Debian package lists could not be downloaded",
            NO_NETWORK,
        )

    def missing_dependencies(self, *packages):
        """The packages apt would install along with these."""
        log = run(
            ["apt-get", *self.options, "install", "--simulate", "--no-install-recommends", *packages],
            "apt-simulate",
            f"apt-get cannot resolve {packages[0]}",
            NO_NETWORK,
        )
        names = [line.split()[1] for line in log.read_text().splitlines() if line.startswith("Inst ")]
        return [name for name in names if name not in packages]

    def download(self, packages):
        shutil.rmtree(self.archives)
        self.archives.mkdir()
        run(
            ["apt-get", *self.options, "download", *packages],
            "apt-download",
            f"The download of {packages[0]} failed",
            NO_NETWORK,
            cwd=self.archives,
        )
        return sorted(self.archives.glob("*.deb"))


def source_lines(*suites):
    """Sources for other suites on the mirror this host already uses for Debian."""
    listing = (
        subprocess.run(
            [
                "apt-get",
                "indextargets",
                "-o",
                "APT::Get::IndexTargets::ReleaseInfo=false",
                "--format",
                "$(REPO_URI) $(RELEASE) $(COMPONENT)",
                "Identifier: Packages",
            ],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        if shutil.which("apt-get")
        else ""
    )
    targets = [line.split() for line in listing.splitlines()]
    mirrors = [
        uri
        for uri, release, component in targets
        if component == "main" and release in (codename(), "stable", "oldstable")
    ]
    if not mirrors:
        raise Failure(
            "This host has no Debian mirror in its apt sources, so Odoo 19 cannot be downloaded.",
            "Set ODOO_HOME to a checkout of Odoo 19 (branch 19.0) and run the same command again.",
        )
    signed = f" [signed-by={KEYRING}]" if KEYRING.exists() else ""
    return [f"deb{signed} {mirrors[0]} {suite} main" for suite in suites]


def codename():
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line).get("VERSION_CODENAME", "").strip('"')
