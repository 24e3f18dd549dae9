const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'orrery.theme';

/** Light, dark or the system's; kept by the browser. `public/theme.js` applies it before the first paint. */
export class ThemeChoice {
  choice: Theme = $state(stored());
  #system = $state(false);
  readonly dark = $derived(this.choice === 'dark' || (this.choice === 'system' && this.#system));

  constructor() {
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#system = query.matches;
    query.addEventListener('change', () => (this.#system = query.matches));
  }

  next(): void {
    this.choice = themes[(themes.indexOf(this.choice) + 1) % themes.length]!;
    try {
      localStorage.setItem(key, this.choice);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }

  /** Writes the theme where tokens.css reads it. */
  apply(): void {
    document.documentElement.dataset['theme'] = this.dark ? 'dark' : 'light';
  }
}

function stored(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'system';
  } catch {
    return 'system';
  }
}
