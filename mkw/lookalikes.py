"""Letters that are drawn alike, and the folding of names by them.

The table comes from how the glyphs look in a table's or the game's font: Greek, Cyrillic, IPA and struck letters
that players wear for their looks stand for the Latin letter (or digit) a reader of pixels would name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_PAIRS = (
    # Greek
    "ΑA αa ΒB βB Γr γy ΔA δd ΕE εe ϵe ΖZ ζz ΗH ηn ΘO θo ΙI ιi ΚK κk ϰk ΛA λa ΜM μu ΝN νv ΞE ξe ΟO οo ΠN πn ϖw "
    "ΡP ρp ϱp ΣE σo ςc ϲc Ϲc ΤT τt ΥY υu ΦO φo ϕo ΧX χx ΨW ψw ΩO ωw ϒY ϝf Ϝf ϳj Ϳj ϱp ƍd "
    # Cyrillic
    "АA аa БB бb ВB вb Гr гr ДD дd ЕE еe ЁE ёe ЖX жx З3 з3 ИN иn ЙN йn КK кk ЛA лa МM мm НH нh ОO оo ПN пn РP рp "
    "СC сc ТT тt УY уy ФO фo ХX хx ЦU цu Ч4 ч4 ШW шw ЩW щw ЪB ъb ЫB ыb ЬB ьb ЭE эe ЮO юo ЯR яr ЅS ѕs ІI іi ЇI їi "
    "ЈJ јj ЄE єe ҐR ґr ЋH ћh ЂH ђh ЌK ќk ЎY ўy ЏU џu ЉB љb ЊB њb ѲO ѳo ѴV ѵv ҚK қk ҢH ңh ҮY үy ҰY ұy ҲX ҳx ҺH һh "
    "ӀI ӏl ӘE әe ӨO өo ԀD ԁd ԌG ԍg ԚQ ԛq ԜW ԝw ғf ҒF ҫc ҪC ҏp ҎP ҜK ҝk ҞK ҟk Ґr "
    # Latin letters with a stroke, tail or hook, ligatures, IPA and small capitals
    "ßB ẞB ÐD ðd ĐD đd ƉD ƊD ɗd ɖd ȡd ØO øo ŁL łl ɫl ɬl ɭl ƚl ȽL ĦH ħh ɦh ŦT ŧt ƬT ƭt ƮT ʈt ȾT ƀb ɃB ƁB ɓb ƂB ƃb ƄB ƅb "
    "ƵZ ƶz ȤZ ȥz ʐz ʑz ƗI ɨi ıi ȷj ɈJ ɉj ʝj ɟj ƙk ƘK ĸk ƒf ƑF ƴy ƳY ɎY ɏy ƤP ƥp ɌR ɍr ɼr ɽr ɾr ɿr ɹr ɺr ɻr ƓG ɠg ɡg "
    "ǤG ǥg ȺA ȻC ȼc ɕc ƇC ƈc ɆE ɇe ɛe ƐE Ǝe ǝe Əe əe ɘe ɜe ɞe ɝe ɚe ɑa ɐa ɒa ƞn ȠN ɲn ɳn ƝN ŋn ŊN ɯm ɰm ɱm ƜW ʍm "
    "Ɵo ɵo ɔc ƆC ʃf ʂs ȿs Ƨs ƨs ƪl Ʃe ʋu ƲU ʊu ƱU ɤy ʌa Ʌa ʏy ʎy ʘo ɷw "
    "ᴀA ʙB ᴄC ᴅD ᴆD ᴇE ꜰF ɢG ʛG ʜH ɪI ᴊJ ᴋK ʟL ᴌL ᴍM ɴN ᴎN ᴏO ᴐC ᴘP ꞯQ ʀR ʁR ᴙR ᴚR ꜱS ᴛT ᴜU ᴠV ᴡW ʏY ᴢZ ᴦr ᴧA ᴨN ᴩP ᴪW "
    "þp Þp ƿp ǷP ȣ8 Ȣ8 ʒ3 Ʒ3 ȝ3 Ȝ3 "
    # money, signs and letter-like symbols
    "€E £L ¥Y ₩W ₭K ₦N ₮T ₱P ₲G ₳A ₴S ₵C ₽P ₿B ฿B ¢c $S §S ©C ®R ∂d ∑E ∏N √v ∆A ∇V ∩n ∪u ∈E ∞8 ◯O ○O ●O ◎O ⊙O ☉O 〇O "
    "｜l │l ┃l ∣l ǀl ❘l ❙l ¦l ⎮l ∥l ǁl "
    # kana, kanji and signs that share a shape
    "ヘへ ベべ リり ニ二 ロ口 カ力 エ工 タ夕 ト卜 ハ八 ー- 一- ―- —- –- ‐- ‑- ‒- −- ﹣- ➖- ─- ━- 〜~ ～~ ∼~ 〰~ "
    # punctuation
    "★☆ ✩☆ ✪☆ ✫☆ ✬☆ ✭☆ ✮☆ ✯☆ ✰☆ ⭐☆ 🌟☆ ⋆☆ ⭑☆ ⭒☆ ⚝☆ ・· •· ‧· ∙· ⋅· ●O "
    "’' ‘' ‛' ′' `' ´' ʹ' ʼ' ʻ' ˈ' “\" ”\" ″\" „\" «< »> ‹< ›> 〈< 〉> 《< 》> ❤♥ ♡♥ ◆◇ ⬥◇ ♦◇ ▽▼ △▲ ♫♪ ♬♪ ♩♪ ⇔⇔ "
)
_ALIKE = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
# Digits and letters no font keeps apart at the size of a row.
_SAME = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})
_VOICING = "\u3099\u309a"  # dakuten and handakuten change the kana, they do not decorate it
# Letters by category, nothing on the screen.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")


def _is_invisible(char: str) -> bool:
    if char in _BLANK or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return True
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}


def visible(text: str) -> str:
    """The text less spaces, controls, zero-width and other characters that draw nothing."""
    return "".join(char for char in text if not _is_invisible(char))


def latin(text: str) -> str:
    """Look-alikes as their Latin letters, marks dropped, upper and lower case kept; spaces stay."""
    plain = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    parts = unicodedata.normalize("NFKD", plain)
    kept = "".join(char for char in parts if not unicodedata.combining(char) or char in _VOICING)
    return unicodedata.normalize("NFC", kept).translate(_ALIKE)


def _fold_once(name: str) -> str:
    shown = visible(name)
    folded = visible(latin(latin(shown).casefold())).translate(_SAME)
    # A name of nothing but marks is still a name.
    return folded or visible(unicodedata.normalize("NFKC", shown)) or shown


@lru_cache(maxsize=16384)
def fold(name: str) -> str:
    """The form names are compared in: NFKC, case, marks and look-alikes of other scripts folded, spaces and invisible
    characters dropped. Never empty for a name with a visible character."""
    # Few strings need a second turn (a compatibility form that appears only after casefolding); then it stays.
    for _ in range(8):
        folded = _fold_once(name)
        if folded == name:
            break
        name = folded
    return name
