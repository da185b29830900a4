// Looks again at what changes: `data-again` says after how many seconds. Sends a form again that is to go on by itself.
// Without it, pages are as they were loaded, and a button goes on.
"use strict";

const changing = document.querySelector("[data-again]");

async function lookAgain() {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const text = answer.ok && !answer.redirected ? await answer.text() : "";
      const found = new DOMParser().parseFromString(text, "text/html").getElementById(changing.id);
      if (found && found.innerHTML !== changing.innerHTML) changing.innerHTML = found.innerHTML;
    } catch {
      // the bridge is away for a moment: the next look shows it
    }
  }
  setTimeout(lookAgain, changing.dataset.again * 1000);
}

if (changing) setTimeout(lookAgain, changing.dataset.again * 1000);

document.querySelector("form[data-go-on]")?.submit();
