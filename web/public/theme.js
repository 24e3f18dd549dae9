// Sets the theme before the first paint; a module would run after it.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('orrery.theme');
  } catch (error) {
    choice = null;
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
