"""Slack's short names for standard emoji -> their characters.

Slack's names are those of the iamcal/emoji-data set. The `emoji` library knows most of them as
aliases; Slack's hyphenated families (flag-us, man-shrugging, female-doctor, man-woman-girl) follow
rules, and what is left stands in small tables of our own.
"""

from __future__ import annotations

from functools import cache, lru_cache
from types import MappingProxyType

from emoji import EMOJI_DATA

TONES = MappingProxyType({tone: chr(0x1F3F9 + tone) for tone in range(2, 7)})
"""Slack's skin-tone number (2 the lightest, 6 the darkest) -> the Unicode modifier."""

_JOINER = "\u200d"
_PICTURE = "\ufe0f"
_MAN, _WOMAN = "\u2642\ufe0f", "\u2640\ufe0f"
_FAMILY = {"man": "👨", "woman": "👩", "boy": "👦", "girl": "👧", "heart": "❤️", "kiss": "❤️\u200d💋"}

_SLACK_MEANS_OTHERWISE = {
    "bride_with_veil": "👰",
    "beetle": "🪲",
    "egg": "🥚",
    "email": "✉️",
    "guardsman": "💂",
    "man_with_turban": "👳",
    "ok_woman": "🙆",
    "satellite": "🛰️",
    "snowman": "☃️",
    "sun_behind_cloud": "🌥️",
    "umbrella": "☂️",
}

_ONLY_IN_SLACK = {
    "bald_person": "🧑‍🦲",
    "barely_sunny": "🌥️",
    "curly_haired_person": "🧑‍🦱",
    "drum_with_drumsticks": "🥁",
    "eject": "⏏️",
    "eye-in-speech-bubble": "👁️‍🗨️",
    "face_palm": "🤦",
    "face_with_cowboy_hat": "🤠",
    "face_with_finger_covering_closed_lips": "🤫",
    "face_with_one_eyebrow_raised": "🤨",
    "face_with_open_mouth_vomiting": "🤮",
    "fencer": "🤺",
    "first_place_medal": "🥇",
    "flag-sark": "🇨🇶",
    "giraffe_face": "🦒",
    "grinning_face_with_one_large_and_one_small_eye": "🤪",
    "grinning_face_with_star_eyes": "🤩",
    "hand_with_index_and_middle_fingers_crossed": "🤞",
    "handball": "🤾",
    "i_love_you_hand_sign": "🤟",
    "juggling": "🤹",
    "keycap_star": "*️⃣",
    "kiwifruit": "🥝",
    "knife_fork_plate": "🍽️",
    "ladybug": "🐞",
    "lightning": "🌩️",
    "lightning_cloud": "🌩️",
    "man_and_woman_holding_hands": "👫",
    "mate_drink": "🧉",
    "medal": "🎖️",
    "mostly_sunny": "🌤️",
    "mother_christmas": "🤶",
    "octagonal_sign": "🛑",
    "partly_sunny_rain": "🌦️",
    "person_doing_cartwheel": "🤸",
    "person_with_headscarf": "🧕",
    "rain_cloud": "🌧️",
    "rainbow-flag": "🏳️‍🌈",
    "red_haired_person": "🧑‍🦰",
    "scooter": "🛴",
    "second_place_medal": "🥈",
    "serious_face_with_symbols_covering_mouth": "🤬",
    "shocked_face_with_exploding_head": "🤯",
    "shopping_trolley": "🛒",
    "simple_smile": "🙂",
    "smiling_face_with_3_hearts": "🥰",
    "smiling_face_with_smiling_eyes_and_hand_covering_mouth": "🤭",
    "snow_cloud": "🌨️",
    "spock-hand": "🖖",
    "staff_of_aesculapius": "⚕️",
    "sun_small_cloud": "🌤️",
    "the_horns": "🤘",
    "third_place_medal": "🥉",
    "tornado_cloud": "🌪️",
    "white_haired_person": "🧑‍🦳",
    "womans_flat_shoe": "🥿",
    "wrestlers": "🤼",
    "zebra_face": "🦓",
}

_SIGNED = {
    "biking": "🚴",
    "bouncing-ball": "⛹️",
    "bowing": "🙇",
    "bunny-ears-partying": "👯",
    "with-bunny-ears-partying": "👯",
    "cartwheeling": "🤸",
    "construction-worker": "👷",
    "detective": "🕵️",
    "elf": "🧝",
    "facepalming": "🤦",
    "fairy": "🧚",
    "frowning": "🙍",
    "genie": "🧞",
    "gesturing-no": "🙅",
    "gesturing-ok": "🙆",
    "getting-haircut": "💇",
    "getting-massage": "💆",
    "golfing": "🏌️",
    "guard": "💂",
    "juggling": "🤹",
    "lifting-weights": "🏋️",
    "mage": "🧙",
    "mountain-biking": "🚵",
    "playing-handball": "🤾",
    "playing-water-polo": "🤽",
    "police-officer": "👮",
    "pouting": "🙎",
    "raising-hand": "🙋",
    "rowing-boat": "🚣",
    "running": "🏃",
    "shrugging": "🤷",
    "superhero": "🦸",
    "supervillain": "🦹",
    "surfing": "🏄",
    "swimming": "🏊",
    "tipping-hand": "💁",
    "vampire": "🧛",
    "walking": "🚶",
    "wearing-turban": "👳",
    "with-beard": "🧔",
    "wrestling": "🤼",
    "zombie": "🧟",
}
"""What men and women do: base character, to which Unicode joins the gender sign."""

_JOBS = {
    "artist": "🎨",
    "astronaut": "🚀",
    "cook": "🍳",
    "doctor": "⚕️",
    "factory-worker": "🏭",
    "farmer": "🌾",
    "firefighter": "🚒",
    "judge": "⚖️",
    "mechanic": "🔧",
    "office-worker": "💼",
    "pilot": "✈️",
    "scientist": "🔬",
    "singer": "🎤",
    "student": "🎓",
    "teacher": "🏫",
    "technologist": "💻",
}
"""What men and women work as: the object that Unicode joins to the person."""

_GENDERS = {"man": "👨", "male": "👨", "men": "👨", "woman": "👩", "female": "👩", "women": "👩"}
_NATIONS = {"flag-england": "gbeng", "flag-scotland": "gbsct", "flag-wales": "gbwls"}
_COUNTRY_LENGTH = 2
_FAMILY_SIZES = range(2, 5)
_SHAPE_COLORS = {"orange", "yellow", "green", "purple", "brown", "red", "blue"}


@lru_cache(maxsize=4096)
def emoji_char(name: str) -> str | None:
    """The character(s) of a standard emoji by its Slack short name, without colons. None for a
    name that is not standard. A tone may follow, as in "wave::skin-tone-3".
    """
    base, _, tone = name.partition("::skin-tone-")
    char = _plain_char(base)
    if char is None or not tone:
        return char
    return with_tone(char, int(tone)) if tone in {"2", "3", "4", "5", "6"} else None


def with_tone(char: str, tone: int) -> str:
    """`char` in Slack's skin tone 2 to 6; unchanged for any other number."""
    if not char or tone not in TONES:
        return char
    return char[0] + TONES[tone] + char[1:].removeprefix(_PICTURE)


def _plain_char(name: str) -> str | None:
    table = _SLACK_MEANS_OTHERWISE.get(name) or _ONLY_IN_SLACK.get(name) or _aliases().get(name)
    return table or _flag(name) or _person(name) or _family(name) or _shape(name) or _tone(name)


@cache
def _aliases() -> dict[str, str]:
    """The library's own names, without colons; its GitHub-style aliases win over Unicode's names."""
    names = {data["en"].strip(":"): char for char, data in EMOJI_DATA.items()}
    for char, data in EMOJI_DATA.items():
        names.update((alias.strip(":"), char) for alias in data.get("alias", ()))
    return names


def _flag(name: str) -> str | None:
    if name in _NATIONS:
        tags = "".join(chr(0xE0000 + ord(letter)) for letter in _NATIONS[name])
        return f"🏴{tags}\U000e007f"
    code = name.removeprefix("flag-")
    if name == code or len(code) != _COUNTRY_LENGTH or not (code.isascii() and code.isalpha()):
        return None
    flag = "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in code.lower())
    return flag if flag in EMOJI_DATA else None


def _person(name: str) -> str | None:
    for separator in "-_":
        who, found, what = name.partition(separator)
        what = what.replace("_", "-")
        if found and who in _GENDERS:
            person = _GENDERS[who]
            if what in _JOBS:
                return person + _JOINER + _JOBS[what]
            if what in _SIGNED:
                return _SIGNED[what] + _JOINER + (_MAN if person == "👨" else _WOMAN)
    if name in {"blond-haired-man", "blond-haired-woman"}:
        return "👱" + _JOINER + (_MAN if name.endswith("-man") else _WOMAN)
    return None


def _family(name: str) -> str | None:
    parts = name.split("-")
    if len(parts) not in _FAMILY_SIZES or any(part not in _FAMILY for part in parts):
        return None
    char = _JOINER.join(_FAMILY[part] for part in parts)
    return char if char in EMOJI_DATA else None


def _shape(name: str) -> str | None:
    """large_green_circle, large_red_square."""
    match name.split("_"):
        case ["large", color, shape] if color in _SHAPE_COLORS:
            return _aliases().get(f"{color}_{shape}")
    return None


def _tone(name: str) -> str | None:
    tone = name.removeprefix("skin-tone-")
    return TONES[int(tone)] if name != tone and tone in {"2", "3", "4", "5", "6"} else None
