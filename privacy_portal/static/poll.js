// Looks again by itself where a page says how far something is. Without it a link does the same.
"use strict";

const region = document.querySelector("[data-poll]");
const again = async () => {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.getElementById(region.id);
  if (!now.dataset.poll) location.reload();
  else region.replaceChildren(...now.childNodes);
};
if (region) setInterval(() => again().catch(() => {}), Number(region.dataset.poll) * 1000);
