// Keys that lead to the places of the office: "g", then the letter that stands with the link.
// Everything works without them; they are silent while somebody types, and "?" says which there are.
(function () {
  "use strict";
  var waiting = 0;
  function typing(target) {
    return target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName);
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "g") {
      waiting = Date.now();
      return;
    }
    if (Date.now() - waiting < 1500) {
      var link = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
      if (link) link.click();
    }
    waiting = 0;
  });
})();
