# SPDX-License-Identifier: BSD-3-Clause
"""A real browser without a screen, and questions to the figures that it shows."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

# Bokeh draws in shadow roots, which the page's own queries do not enter.
DEEP = """
const deep = (root, selector) => {
  const found = [...root.querySelectorAll(selector)];
  for (const element of root.querySelectorAll("*")) if (element.shadowRoot) found.push(...deep(element.shadowRoot, selector));
  return found;
};
const plots = () => {
  const order = [...document.querySelectorAll(".figure")];
  return [...Bokeh.index].filter((view) => view.frame).sort((a, b) => order.indexOf(a.el.parentNode) - order.indexOf(b.el.parentNode));
};
"""


def programs() -> tuple[str, str] | None:
    """Return the browser and its driver, where both are installed."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Browser:
    """A page open in Chromium, with its mouse, its log and what it asked the network for."""

    def __init__(self, browser: str, driver: str) -> None:
        options = Options()
        options.binary_location = browser
        for switch in (
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--window-size=1280,1000",
        ):
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(driver))
        self.driver.set_script_timeout(30)

    def open(self, path: Path, *, width: int = 1280, height: int = 1000) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        self.driver.get(path.as_uri())

    def touchscreen(self, *, on: bool) -> None:
        """Let a finger be the pointer, or the mouse again."""
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": on, "maxTouchPoints": 5})

    def swipe(self, x: int, y: int, up: int) -> None:
        """Move a finger upwards from a point of the window."""

        def touch(kind: str, *points: dict[str, float]) -> None:
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [*points]})

        touch("touchStart", {"x": x, "y": y})
        for step in range(1, 13):
            touch("touchMove", {"x": x, "y": y - up * step / 12})
            time.sleep(0.02)
        touch("touchEnd")

    def wait_until_still(self) -> None:
        """Wait for the end of a scroll: a page that a finger has thrown goes on by itself for a while."""
        seen = [None] * 5

        def still() -> bool:
            seen[:] = [*seen[1:], self.ask("return window.scrollY")]
            return len({*seen}) == 1

        assert self.wait(still), "the page never stops scrolling"

    def ask(self, script: str, *given: Any) -> Any:
        return self.driver.execute_script(DEEP + script, *given)

    def wait(self, question: Callable[[], Any], *, seconds: float = 15) -> Any:
        """Return the first answer that holds."""
        end = time.monotonic() + seconds
        while not (answer := question()) and time.monotonic() < end:
            time.sleep(0.1)
        return answer

    def wait_until_drawn(self) -> None:
        idle = (
            "return typeof Bokeh !== 'undefined' && plots().length > 0 && Bokeh.documents.every((one) => one.is_idle);"
        )
        assert self.wait(lambda: self.ask(idle)), "the figures are never drawn"

    def colours(self) -> list[int]:
        """Return how many colours each figure shows, up to fifty."""
        return self.ask("""
            return plots().map((view) => {
              const found = new Set();
              for (const canvas of deep(view.shadow_el ?? view.el.shadowRoot ?? view.el, "canvas")) {
                if (!canvas.width || !canvas.height) continue;
                const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                for (let i = 0; i < pixels.length && found.size < 50; i += 4)
                  if (pixels[i + 3] > 0) found.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
              }
              return found.size;
            });
        """)

    def pixel(self, plot: int, x: float, y: float) -> tuple[int, int]:
        """Return where a point of a plot is in the window, after scrolling the plot to its middle."""
        return tuple(
            self.ask(
                """
                const view = plots()[arguments[0]];
                view.el.scrollIntoView({block: "center", behavior: "instant"});
                const box = view.el.getBoundingClientRect(), frame = view.frame;
                return [box.left + frame.x_scale.compute(arguments[1]), box.top + frame.y_scale.compute(arguments[2])].map(Math.round);
                """,
                plot, x, y,
            )
        )  # fmt: skip

    def move(self, x: int, y: int) -> None:
        actions = ActionChains(self.driver, duration=50)
        actions.w3c_actions.pointer_action.move_to_location(x - 3, y - 3).move_to_location(x, y)
        actions.perform()

    def click(self, x: int, y: int) -> None:
        actions = ActionChains(self.driver, duration=50)
        actions.w3c_actions.pointer_action.move_to_location(x, y).click()
        actions.perform()

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        actions = ActionChains(self.driver, duration=100)
        pointer = actions.w3c_actions.pointer_action
        pointer.move_to_location(*start).pointer_down().move_to_location(*end).pointer_up()
        actions.perform()

    def wheel(self, x: int, y: int, by: int, *, key: str = "") -> None:
        """Turn the wheel, with a key held down or none."""
        actions = ActionChains(self.driver)
        if key:
            actions.key_down(key)
        actions.scroll_from_origin(ScrollOrigin.from_viewport(x, y), 0, by)
        if key:
            actions.key_up(key)
        actions.perform()

    def tooltip(self) -> str:
        """Return the text of the tooltips shown."""
        return self.ask("return deep(document, '.bk-Tooltip, .bk-tooltip, [class*=Tooltip]').map((one) => one.textContent + deep(one.shadowRoot ?? one, '*').map((inner) => inner.tagName === 'STYLE' ? '' : inner.textContent).join(' ')).join(' ');")  # fmt: skip

    def complaints(self) -> list[str]:
        """Return what the console holds that is worse than information."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] not in {"INFO", "DEBUG"}]

    def requests(self) -> list[str]:
        """Return the addresses that the page asked for."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        wanted = {"Network.requestWillBeSent": "request", "Network.webSocketCreated": ""}
        found = []
        for message in messages:
            if message["method"] in wanted:
                about = message["params"].get("request", message["params"])
                found.append(about["url"])
        return found

    def close(self) -> None:
        self.driver.quit()
