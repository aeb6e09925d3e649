"""People's names are found in plain text, and ordinary words are not taken for names."""

from __future__ import annotations

import unicodedata

import pytest

from bot.privacy.callings import Called
from bot.privacy.edits import apply
from bot.privacy.names import NameFinder

ANA = Called(("Ana Lima", "ana.lima", "analima"), "P1")


def rewritten(text: str, *people: Called) -> str:
    return apply(text, NameFinder(people).edits(text))


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (("Ana Lima",), "Ask Ana Lima, or ANA  LIMA!", "Ask P1, or P1!"),
        (("Ana Lima",), "thanks ana, says Lima", "thanks P1, says P1"),
        (("Ana Lima",), "Ana\nLima", "P1"),
        (("Ana Lima",), "Anas Idee, Limas; anasta glass", "P1s Idee, P1s; anasta glass"),
        (("Cat", "n3on"), "cats n3ons", "cats n3ons"),
        (("Ana Lima",), "banana limabean Anatol", "banana limabean Anatol"),
        (("Ana Lima",), "AnaLima's analima", "P1's P1"),
        (("Ana Lima (she/her)",), "Ana Lima is here", "P1 is here"),
        (("Ana Lima | Acme",), "Ana Lima is here", "P1 is here"),
        (("🌸 Ana Lima 🌸",), "Ana Lima", "P1"),
        (("ana.lima@example.org",), "ana.lima wrote", "P1 wrote"),
        (("ana_99",), "and ana_99.", "and P1."),
        (("b0b",), "b0b b0bby", "P1 b0bby"),
        (("Jean-Luc O'Neill",), "jean‑luc o’neill", "P1"),
        (("José Núñez",), "Jose Nunez, José", "P1, P1"),
        (("Jan Op",), "/jan-op/ Jan_Op jan%20op", "/P1/ P1 P1"),
        (("Will",), "Will you? I will. @will and @Will", "Will you? I will. @P1 and @P1"),
        (("Will Smith",), "Will Smith will", "P1 will"),
        (("Jo",), "Jo and jo", "P1 and jo"),
        (("X",), "X marks @X", "X marks @P1"),
        (("Max",), "max(1, 2)", "max(1, 2)"),
        (("田中",), "田中さんへ", "P1さんへ"),
        (("김민수",), "김민수가 왔다", "P1가 왔다"),
        (("林",), "林檎 @林", "林檎 @P1"),
        (("محمد علي",), "شكرا محمد علي!", "شكرا P1!"),
        (("अनिता",), "अनिता आई", "P1 आई"),
        (("अनि",), "अनिता", "अनिता"),
        (("דנה כהן",), "תודה דנה כהן", "תודה P1"),
        (("U02ABCDEF",), "u02abcdef", "P1"),
        (("123456789012345678",), "id 123456789012345678", "id P1"),
        (("42",), "42 @42", "42 @P1"),
        (("",), "nothing", "nothing"),
        (("\u202eAna\u202c",), "Ana", "P1"),
        (("Ludwig van Beethoven",), "Ludwig, or Beethoven; a van", "P1, or P1; a van"),
        (("Jean-Luc d'Arvexe",), "jean-luc of d'Arvexe", "P1 of d'P1"),
        (("Seán O'Brien",), "ask O’Brien", "ask P1"),
        (("Müller-Lang, Eva",), "Müller-Lang", "P1"),
        (("अनिता राव",), "अनिता आई", "P1 आई"),
        (("محمد الزهراني",), "والزهراني وبمحمد", "وP1 وبمحمد"),
        (("דנה כהן",), "לדנה", "לP1"),
        (("Ana Lima",), "?by=x%20Ana%20Lima%20y", "?by=x%20P1%20y"),
        (("İpek Işık",), "ipek, İPEK and Ipek ışık", "P1, P1 and P1"),
        (
            ("ana_b_c_d_e_f_g_h_i_j",),
            "ana_b_c_d_e_f_g_h_i_j ana_b_c_d_e_f_g_h_i_k",
            "P1 ana_b_c_d_e_f_g_h_i_k",
        ),
        (("Ana Lima 🌴",), "Lima, Ana", "P1, P1"),
        (("✨Ana Lima🌴",), "Lima, Ana", "P1, P1"),
        (("Dr. Ana Lima",), "Ana, Lima", "P1, P1"),
        (("Sammy Davis Jr.",), "Sammy, Davis", "P1, P1"),
        (("田中 太郎",), "田中さん、太郎と、田中太郎", "P1さん、P1と、P1"),
        (("王 伟",), "王国 王伟", "王国 P1"),
        (("𝐀𝐧𝐚 𝓛𝓲𝓶𝓪",), "Ana Lima, 𝐀𝐧𝐚 𝓛𝓲𝓶𝓪, Ana", "P1, P1, P1"),
        (("김민수", "김민"), "김민김민수민수", "P1P1민수"),
        (("Ana    Lima",), "Ana    Lima, Ana Lima", "P1, P1"),
        (("Jean-Luc O'Neill",), "jean-luc_o'neill", "P1"),
    ],
)
def test_a_name_in_a_text(names, text, expected):
    assert rewritten(text, Called(names, "P1")) == expected


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text_form", ["NFC", "NFD"])
def test_composed_and_decomposed_letters_are_the_same(form, text_form):
    name = unicodedata.normalize(form, "Zoë Müller")
    text = unicodedata.normalize(text_form, "Zoë Müller and Zoë")
    assert rewritten(text, Called((name,), "P1")) == "P1 and P1"


def test_the_longest_name_wins():
    assert rewritten("Ana Lima Costa", Called(("Ana Lima",), "P1"), Called(("Ana Lima Costa",), "P2")) == "P2"


def test_names_of_who_takes_no_part_go_too_and_outweigh_nobodys():
    aside = Called(("Ana Costa", "jo.costa"), "someone", aside=True)
    assert rewritten("Ana, Costa and jo.costa; Ana Costa", ANA, aside) == "P1, someone and someone; someone"


def test_a_first_name_that_two_share_tells_neither():
    assert rewritten("Ana!", ANA, Called(("Ana Souza",), "P2")) == "someone!"


def test_who_is_called_so_outweighs_who_is_partly_called_so():
    assert rewritten("Ana!", ANA, Called(("Ana",), "P2")) == "P2!"


def test_a_bots_public_name_is_not_read_as_a_persons_first_name():
    assert (
        rewritten("Claude, hi", Called(("Claude Monet",), "P1"), Called(("Claude",), "Claude", kept=True))
        == "Claude, hi"
    )


def test_ordinary_words_that_are_names_are_told_of_where_they_stand():
    finder = NameFinder([Called(("Will",), "P1"), Called(("Rose Tyler",), "P2"), Called(("Mark",), "P3")])
    assert finder.staying("Will is here, rose too. @Mark") == {"Will"}


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("ana-cv.pdf", True),
        ("AnaLima.pdf", True),
        ("report_lima2.pdf", True),
        ("ANALIMA.PDF", True),
        ("analimascv.pdf", True),
        ("x" * 40_000, True),
        ("banana.png", False),
        ("IMG_0042.jpg", False),
    ],
)
def test_file_names_with_a_part_of_a_name_are_told(name, telling):
    assert NameFinder([ANA]).in_file_name(name) is telling


def test_a_file_named_like_an_ordinary_word_that_is_a_name_is_told_too():
    assert NameFinder([Called(("Will",), "P1")]).in_file_name("will.png")


def test_no_part_of_a_places_name_calls_anybody():
    acme = Called(("Acme Research",), "there", whole=True)
    assert rewritten("research at ACME research, acme", acme) == "research at there, acme"
    assert not NameFinder([acme]).in_file_name("research.pdf")


def test_many_people_of_one_first_name_are_told_apart():
    crowd = [Called((f"Ana Number{i}", f"ana {i} x"), f"<{i}>") for i in range(500)]
    assert rewritten("Ana Number77, ana 78 x, Ana Number", *crowd) == "<77>, <78>, someone Number"


def test_ids_are_found_as_words_of_their_own_and_in_the_names_of_files():
    finder = NameFinder([], {"U02ABCDEF": "P1"})
    assert (
        apply("ask u02abcdef, not U02ABCDEFG", finder.edits("ask u02abcdef, not U02ABCDEFG"))
        == "ask P1, not U02ABCDEFG"
    )
    assert finder.in_file_name("avatarU02ABCDEFsmall.png")
    assert not finder.in_file_name("avatar.png")


def test_many_people_are_found_as_surely_as_few():
    crowd = [Called((f"Person{i} Number{i}", f"p{i}.n"), f"<{i}>") for i in range(500)]
    assert rewritten("p499.n met person3 number3", *crowd) == "<499> met <3>"


def test_a_name_of_very_many_words_is_found_by_its_first_ones_and_goes_as_far_as_it_is_written():
    words = [f"w{i}x" for i in range(40)]
    called = Called((" ".join(words),), "P1")
    assert rewritten(" ".join((*words, "end")), called) == "P1 end"
    assert rewritten(" ".join((*words[:20], "end")), called) == "P1 end"
    assert rewritten(" ".join((*words[:10], "end")), called) == " ".join((*words[:10], "end"))


def test_a_very_long_name_in_a_script_without_spaces_is_found_by_its_beginning():
    begun = "".join(chr(0x4E00 + i) for i in range(32))
    crowd = [Called((f"{begun}{end}",), by) for end, by in (("東京東京", "P1"), ("大阪", "P2"))]
    assert rewritten(f"{begun}大阪、{begun}東京東京、{begun}京", *crowd) == "P2、P1、P1京"
    assert rewritten(f"{begun[:20]}大阪", *crowd) == f"{begun[:20]}大阪"


def test_where_many_are_called_by_the_same_words_any_of_their_spellings_is_someones():
    crowd = [Called((f"Ana{joint}Lima",), f"P{i}") for i, joint in enumerate("&*=$^;:!?")]
    assert (
        rewritten("Ana^Lima and ana:lima, not ana.\n\nlima", *crowd)
        == "someone and someone, not ana.\n\nlima"
    )
