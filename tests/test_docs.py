"""What the README says is true of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import codec
from bot.cli.app import app
from bot.settings import settings_table

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_settings_table_is_the_one_the_program_prints():
    assert settings_table().strip() in README


def test_the_json_example_can_be_read():
    example = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    snapshot = codec.from_document(json.loads(example[1]))
    assert snapshot.messages[0].attachments[0].file == snapshot.header.files[0].id


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z-]+)", README))))
def test_every_make_target_that_it_names_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"python -m bot ([a-z]+)", README))))
def test_every_command_that_it_names_exists(command):
    assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0


def test_the_two_commands_stand_on_its_first_screen():
    first_screen = "\n".join(README.splitlines()[:24])
    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_its_contents_lead_to_headings():
    slugs = {
        re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-")
        for h in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([a-z0-9-]+)\)", README)) <= slugs


def test_its_pictures_exist():
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file(), picture
