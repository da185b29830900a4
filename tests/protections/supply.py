"""Supply: each protection, and how it is taken away. Here tools hold what is claimed."""

from tests.protections.removal import Removal

REMOVALS = (
    Removal(
        "What is installed is what was looked at",
        "requirements.txt",
        "argon2-cffi==25.1.0 \\\n",
        "argon2-cffi==25.1.0\n",
        ("test_all_that_is_asked_for_is_pinned_and_installed",),
        because="pip compares the hashes (--require-hashes, in the Makefile); what is taken away is"
        " those of one package",
    ),
    Removal(
        "Of what the bridge is made, and under which licences",
        "deploy/supply/sbom.cdx.json",
        '"name": "argon2-cffi",',
        '"name": "another",',
        ("test_the_bill_of_materials_names_what_the_bridge_needs_and_nothing_else",),
    ),
    Removal(
        "Of what the bridge is made, and under which licences",
        "deploy/supply/licences.md",
        "| argon2-cffi               | 25.1.0     | MIT  ",
        "| argon2-cffi               | 25.1.0     | None ",
        ("test_everything_is_under_a_licence_that_lets_the_bridge_use_it",),
    ),
    Removal(
        "No library is there that is not used",
        "requirements.in",
        "argon2-cffi==25.1.0\n",
        "argon2-cffi==25.1.0\nunused==1.0\n",
        command=("deptry", "."),
        because="deptry finds it",
    ),
    Removal(
        "No library is there that is not used",
        "connector/backoff.py",
        "from dataclasses import dataclass\n",
        "import os\nfrom dataclasses import dataclass\n\nos.system(str(os.environ))\n"
        "__import__('subprocess').call(str(os.environ), shell=True)\n",
        command=("bandit", "--quiet", "--severity-level", "medium", "connector/backoff.py"),
        because="bandit finds it",
    ),
)
