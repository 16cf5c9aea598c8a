"""Countries as people write them: a code, a flag, a name. Codes are ISO 3166-1 alpha-2."""

from __future__ import annotations

from functools import cache

from mkw.names import fold

_LIST = """
AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|AM Armenia|AO Angola|
AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba|AX Åland|AZ Azerbaijan|
BA Bosnia and Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi|
BJ Benin|BL Saint Barthélemy|BM Bermuda|BN Brunei|BO Bolivia|BQ Caribbean Netherlands|BR Brazil|BS Bahamas|BT Bhutan|
BW Botswana|BY Belarus|BZ Belize|CA Canada|CC Cocos Islands|CD DR Congo|CF Central African Republic|CG Congo|
CH Switzerland|CI Ivory Coast|CK Cook Islands|CL Chile|CM Cameroon|CN China|CO Colombia|CR Costa Rica|CU Cuba|
CV Cape Verde|CW Curaçao|CX Christmas Island|CY Cyprus|CZ Czechia|DE Germany|DJ Djibouti|DK Denmark|DM Dominica|
DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|EH Western Sahara|ER Eritrea|ES Spain|ET Ethiopia|
FI Finland|FJ Fiji|FK Falkland Islands|FM Micronesia|FO Faroe Islands|FR France|GA Gabon|GB United Kingdom|GD Grenada|
GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland|GM Gambia|GN Guinea|GP Guadeloupe|
GQ Equatorial Guinea|GR Greece|GT Guatemala|GU Guam|GW Guinea-Bissau|GY Guyana|HK Hong Kong|HN Honduras|HR Croatia|
HT Haiti|HU Hungary|ID Indonesia|IE Ireland|IL Israel|IM Isle of Man|IN India|IQ Iraq|IR Iran|IS Iceland|IT Italy|
JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG Kyrgyzstan|KH Cambodia|KI Kiribati|KM Comoros|
KN Saint Kitts and Nevis|KP North Korea|KR South Korea|KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos|LB Lebanon|
LC Saint Lucia|LI Liechtenstein|LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libya|
MA Morocco|MC Monaco|MD Moldova|ME Montenegro|MF Saint Martin|MG Madagascar|MH Marshall Islands|MK North Macedonia|
ML Mali|MM Myanmar|MN Mongolia|MO Macao|MP Northern Mariana Islands|MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|
MU Mauritius|MV Maldives|MW Malawi|MX Mexico|MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|
NF Norfolk Island|NG Nigeria|NI Nicaragua|NL Netherlands|NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|
PA Panama|PE Peru|PF French Polynesia|PG Papua New Guinea|PH Philippines|PK Pakistan|PL Poland|
PM Saint Pierre and Miquelon|PN Pitcairn|PR Puerto Rico|PS Palestine|PT Portugal|PW Palau|PY Paraguay|QA Qatar|
RE Réunion|RO Romania|RS Serbia|RU Russia|RW Rwanda|SA Saudi Arabia|SB Solomon Islands|SC Seychelles|SD Sudan|
SE Sweden|SG Singapore|SH Saint Helena|SI Slovenia|SJ Svalbard|SK Slovakia|SL Sierra Leone|SM San Marino|SN Senegal|
SO Somalia|SR Suriname|SS South Sudan|ST São Tomé and Príncipe|SV El Salvador|SX Sint Maarten|SY Syria|SZ Eswatini|
TC Turks and Caicos Islands|TD Chad|TG Togo|TH Thailand|TJ Tajikistan|TK Tokelau|TL Timor-Leste|TM Turkmenistan|
TN Tunisia|TO Tonga|TR Türkiye|TT Trinidad and Tobago|TV Tuvalu|TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda|
US United States|UY Uruguay|UZ Uzbekistan|VA Vatican City|VC Saint Vincent|VE Venezuela|VG British Virgin Islands|
VI US Virgin Islands|VN Vietnam|VU Vanuatu|WF Wallis and Futuna|WS Samoa|YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia|
ZW Zimbabwe
"""
NAMES = {entry.strip()[:2]: entry.strip()[3:] for entry in _LIST.split("|")}
_ALSO = {
    "UK": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB", "Great Britain": "GB", "USA": "US", "America": "US",
    "Holland": "NL", "Turkey": "TR", "Korea": "KR", "Czech Republic": "CZ", "Deutschland": "DE", "España": "ES",
    "Österreich": "AT", "Schweiz": "CH", "Suisse": "CH", "日本": "JP", "Brasil": "BR", "México": "MX", "Belgique": "BE",
    "UAE": "AE",
}  # fmt: skip
_REGIONAL_A = 0x1F1E6


@cache
def _known() -> dict[str, str]:
    return {fold(name): code for code, name in NAMES.items()} | {fold(name): code for name, code in _ALSO.items()}


def country_of(text: str) -> str | None:
    """`de`, `[de]`, `🇩🇪`, `Germany`, `:flag_de:` -> "DE"; None for what is no country."""
    word = text.strip().strip("[]():").strip()
    letters = [ord(char) - _REGIONAL_A for char in word]
    if len(letters) == 2 and all(0 <= one < 26 for one in letters):
        word = "".join(chr(65 + one) for one in letters)
    if word.casefold().startswith("flag_"):
        word = word[5:]
    if word.upper() in NAMES:
        return word.upper()
    return _known().get(fold(word))


def flag(code: str | None) -> str:
    """The flag of a code as the emoji chats show; empty for None."""
    return "" if code is None else "".join(chr(_REGIONAL_A + ord(char) - 65) for char in code)


def country_name(code: str) -> str:
    """English; the code itself where nobody knows it."""
    return NAMES.get(code, code)
