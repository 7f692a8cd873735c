"""Forms of OpenDocument texts: what a field shows, which box is ticked, which entry is chosen."""

from __future__ import annotations

from lxml import etree

from indexer.readers.odt_styles import LOEXT, OFFICE
from indexer.readers.symbols import EMPTY, TICKED

FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_TRUE = ("true", "checked")


def controls_of(body: etree._Element) -> dict[str, str]:
    """What each control of the document's forms shows, by its id."""
    found: dict[str, str] = {}
    for forms in body.iter(f"{OFFICE}forms"):
        for control in forms.iter():
            key = control.get(_XML_ID) or control.get(f"{_FORM}id")
            if key and isinstance(control.tag, str):
                found[key] = _shown(control)
    return found


def _shown(control: etree._Element) -> str:
    """The box with its label, the chosen entries, the typed text."""
    name = control.tag.removeprefix(_FORM)
    if name in ("checkbox", "radio"):
        state = control.get(f"{_FORM}current-state") or control.get(f"{_FORM}current-selected")
        state = state or control.get(f"{_FORM}state") or control.get(f"{_FORM}selected") or ""
        return f"{TICKED if state in _TRUE else EMPTY} {control.get(f'{_FORM}label') or ''} "
    if name == "listbox":
        return "; ".join(
            option.get(f"{_FORM}label") or ""
            for option in control.iterfind(f"{_FORM}option")
            if (option.get(f"{_FORM}current-selected") or option.get(f"{_FORM}selected")) == "true"
        )
    if name in ("text", "textarea", "combobox", "number", "date", "formatted-text"):
        return control.get(f"{_FORM}current-value") or control.get(f"{_FORM}value") or ""
    return ""


def field_entry(mark: etree._Element) -> str:
    """What a form field that came from Word prints."""
    kind = mark.get(f"{FIELD}type") or ""
    values: dict[str, list[str]] = {}
    for parameter in mark.iterfind(f"{FIELD}param"):
        values.setdefault(parameter.get(f"{FIELD}name") or "", []).append(parameter.get(f"{FIELD}value") or "")
    if kind.endswith("FORMCHECKBOX"):
        return TICKED if values.get("Checkbox_Checked", [""])[0] == "true" else EMPTY
    if kind.endswith("FORMDROPDOWN"):
        chosen = values.get("Dropdown_Selected", ["0"])[0]
        entries = values.get("Dropdown_ListEntry", [])
        return entries[int(chosen)] if chosen.isdecimal() and int(chosen) < len(entries) else ""
    return ""


def is_placeholder(control: etree._Element) -> bool:
    """A content control that only says what to put there («Выберите элемент.»)."""
    return control.tag == f"{LOEXT}content-control" and control.get(f"{LOEXT}showing-place-holder") == "true"
