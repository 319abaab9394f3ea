/** The theme button: as the system, light, dark, and round again. */
import { THEME_KEY } from '../theme-boot.ts';

const order = ['auto', 'light', 'dark'] as const;
type Theme = (typeof order)[number];

const root = document.documentElement;

function current(): Theme {
  return order.find((theme) => theme === root.dataset.theme) ?? 'auto';
}

function remember(theme: Theme): void {
  try {
    if (theme === 'auto') localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Storage is blocked: the choice then holds for this page only.
  }
}

function show(theme: Theme, button: HTMLElement): void {
  if (theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme;
  const label = button.dataset[theme] ?? '';
  button.setAttribute('aria-label', label);
  button.title = label;
}

const button = document.querySelector<HTMLElement>('[data-theme-button]');
if (button) {
  show(current(), button);
  button.addEventListener('click', () => {
    const theme = order[(order.indexOf(current()) + 1) % order.length] ?? 'auto';
    remember(theme);
    show(theme, button);
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key === THEME_KEY) show(order.find((theme) => theme === newValue) ?? 'auto', button);
  });
}
