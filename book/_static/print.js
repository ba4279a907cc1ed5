// The button of the page's menu that prints it. The theme would have the code in the page itself,
// where the book's security policy allows none.
"use strict";

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".btn-download-pdf-button")) window.print();
});
