"""What a reader does in a browser: opens, types, presses keys, looks."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.waiting import PATIENCE

DESK, PHONE, SMALL = 1280, 375, 320
"""Widths in CSS pixels; 320 is a page at 400 % zoom, too."""

ARTIFACTS = Path(__file__).parent.parent / "artifacts"
"""Where what people are to look at is left."""

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(
  (found) => done(found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html + ' ' + n.any.map((a) => a.message).join('; ')).join(' | ')}`)),
  (error) => done([String(error)]));
"""  # noqa: E501  # one expression
_WIDER = """
const width = document.documentElement.clientWidth;
return [document.documentElement.scrollWidth - width,
  ...[...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > width + 1
     && !e.closest('.scroll, .unseen, .skip, nav .pills, .chip-list, .doors ul'))
     .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))];
"""

_LINK = """
return [...document.querySelectorAll('a')].find((one) => one.checkVisibility()
  && one.textContent.includes(arguments[0]));
"""


class Reader:
    """One browser window."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver
        self.site = ""

    def fresh(self, site: str) -> Reader:
        """The same window as if new, at ``site``."""
        self.site = site
        self.driver.delete_all_cookies()
        self.sized(DESK)
        self.media()
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        return self

    def sized(self, width: int, height: int = 900) -> Reader:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        return self

    def media(self, *, dark: bool = False, media: str = "") -> Reader:
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        return self

    def low_vision(self, settings: str) -> Reader:
        """Sees the version for the visually impaired from now on; ``settings`` is the cookie's value."""
        self.open("/vision")
        self.driver.add_cookie({"name": "vision", "value": settings})
        return self

    def open(self, address: str) -> Reader:
        self.driver.get(self.site + address)
        return self

    def lettered(self) -> Reader:
        """Waits for the site's own letters: those that stand in for them are wider."""
        self.wait("[...document.fonts].some((one) => one.status === 'loaded') && document.fonts.status === 'loaded'")
        return self

    @property
    def address(self) -> str:
        return self.driver.current_url.removeprefix(self.site)

    @property
    def heading(self) -> str:
        return self.one("h1").text

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def link(self, words: str) -> WebElement:
        return self.driver.find_element(By.PARTIAL_LINK_TEXT, words)

    def point(self, selector: str) -> None:
        """Clicks with the mouse where the element stands; the driver itself takes a fold laid open for closed."""
        self._click(self.one(selector))

    def follow(self, words: str) -> None:
        """Clicks the first link in sight that has these words; where none is, in the menu."""
        if not (link := self._link_in_sight(words)):
            self.point("#menu summary")
            link = self._link_in_sight(words)
        assert link, f"«{words}» is nowhere on {self.address}"
        self.leave(lambda: self._click(link))

    def _link_in_sight(self, words: str) -> WebElement | None:
        found: WebElement | None = self.run(_LINK, words)
        return found

    def _click(self, element: WebElement) -> None:
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(self.driver, duration=0).move_to_element(element).click().perform()

    def press(self, *keys: str) -> Reader:
        for key in keys:
            ActionChains(self.driver, duration=0).send_keys(key).perform()
        return self

    def leave(self, by: Callable[[], object]) -> None:
        """Does what loads another page and waits until that page is there."""
        self.run("window.left = true")
        by()
        self.wait("!window.left && document.readyState === 'complete'")

    @property
    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    def tab_to(self, test: str, key: str, most: int = 80) -> WebElement:
        """Presses ``key`` until the element with the focus matches the selector ``test``."""
        for _ in range(most):
            self.press(key)
            if self.run("return document.activeElement.matches(arguments[0])", test):
                return self.focused
        raise AssertionError(f"{test} is not reached in {most} steps from the keyboard")

    def wait(self, script: str, *args: Any) -> None:
        """Until the expression ``script`` holds in the page."""
        # While one page makes room for another there is none to ask.
        patient = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
        patient.until(lambda _: self.run(f"return {script}", *args))

    def run(self, script: str, *args: Any) -> Any:
        return self.driver.execute_script(script, *args)  # type: ignore[no-untyped-call]

    def violations(self) -> list[str]:
        """What axe-core finds wrong with the page as it stands."""
        self.run(AXE)
        found: list[str] = self.driver.execute_async_script(_RUN_AXE)  # type: ignore[no-untyped-call]
        return found

    def wider_than_window(self) -> list[Any]:
        """What sticks out of the window to the right; nothing when all is well."""
        sticking, *elements = self.run(_WIDER)
        return [sticking, *elements] if sticking > 0 or elements else []

    def messages(self) -> list[str]:
        """What the browser complained of since the last look."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[tuple[str, str]]:
        """Kind (``Document``, ``Stylesheet``, ``Script``, …) and address of each request since the last look."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        sent = (event["params"] for event in events if event["method"] == "Network.requestWillBeSent")
        return [(one.get("type", ""), one["request"]["url"]) for one in sent]

    def photograph(self, path: Path, most: int = 6000) -> None:
        """The whole page, up to ``most`` pixels long, into a PNG file."""
        width, height = self.run("return [innerWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, most), "scale": 1}
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))
