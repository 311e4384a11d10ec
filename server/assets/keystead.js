// What the browser adds to pages that already work without it: the reader's own time zone, copy buttons,
// a modal dialog for a new pair, a countdown beside "Resend OTP", and a guard against pressing twice.
"use strict";

const language = document.documentElement.lang || "en";

function showLocalTimes() {
  const format = new Intl.DateTimeFormat(language, {
    day: "numeric", month: "short", year: "numeric",
    hour: "numeric", minute: "2-digit", hour12: true, timeZoneName: "short",
  });
  for (const time of document.querySelectorAll("time[data-local]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.title = time.textContent;
    time.textContent = format.format(moment);
  }
  const zone = document.querySelector("[data-zone]");
  if (zone) {
    const long = new Intl.DateTimeFormat(language, { timeZoneName: "long" });
    const name = long.formatToParts(new Date()).find((part) => part.type === "timeZoneName").value;
    zone.textContent = zone.dataset.zone.replace("{zone}", name);
  }
}

function say(text) {
  const region = document.querySelector("[data-announce]");
  if (region) region.textContent = text;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = button.dataset.copied;
    say(button.dataset.said);
    setTimeout(() => { button.textContent = words; }, 2000);
  } catch {
    // No permission: select the text, so that the reader's own copy key does it.
    getSelection().selectAllChildren(source);
    say(button.dataset.selected);
  }
}

function offerCopying() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}

function guardDialog() {
  const dialog = document.querySelector("dialog[data-reveal]");
  if (!dialog) return;
  const title = dialog.querySelector("h2");
  const open = () => {
    dialog.showModal();
    title.focus();
  };
  // A pair is shown once: Esc must not lose it. Leaving takes the Done button.
  const stay = () => {
    const reminder = dialog.querySelector("[data-stay]");
    reminder.hidden = false;
    dialog.querySelector("[data-done]").focus();
  };
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  // Some browsers close on a second Esc whatever the page says.
  dialog.addEventListener("close", () => {
    open();
    stay();
  });
  dialog.removeAttribute("open");
  open();
  // A page restored from the browser's memory must not show the secret again.
  addEventListener("pagehide", () => dialog.replaceChildren());
}

function countDown() {
  for (const place of document.querySelectorAll("[data-seconds]")) {
    const end = Date.now() + Number(place.dataset.seconds) * 1000;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) {
        const words = left === 1 ? place.dataset.one : place.dataset.other;
        place.textContent = words.replace("{seconds}", left);
        setTimeout(tick, 500);
      } else {
        place.textContent = place.dataset.over;
      }
    };
    tick();
  }
}

function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // Somebody who stops loading, or comes back, may want to send it again.
    setTimeout(() => delete form.dataset.sent, 3000);
  });
}

function closeMenus() {
  const menu = document.querySelector("details.menu");
  if (!menu) return;
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

showLocalTimes();
offerCopying();
guardDialog();
countDown();
guardForms();
closeMenus();
