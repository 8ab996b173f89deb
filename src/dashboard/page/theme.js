/** Light and dark: what the system says until the button says otherwise; kept for this browser. */
import { byId } from './dom.js'

const KEY = 'swarmgrad-theme'
const root = document.documentElement
const prefersDark = matchMedia('(prefers-color-scheme: dark)')
const known = new Map()

const stored = () => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

const keep = (theme) => {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // A browser that keeps nothing asks the system again next time.
  }
}

const isDark = () => (root.dataset.theme ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark'

/** A colour of the style sheet as the browser resolves it, for canvases. */
export const colour = (name) => {
  if (!known.has(name)) {
    const probe = byId('theme')
    const before = probe.style.color
    probe.style.color = `var(--${name})`
    known.set(name, getComputedStyle(probe).color)
    probe.style.color = before
  }
  return known.get(name)
}

export const setUpTheme = (onChange) => {
  const button = byId('theme')
  const given = stored()
  if (given === 'light' || given === 'dark') root.dataset.theme = given
  const show = () => {
    known.clear()
    button.textContent = isDark() ? 'Light' : 'Dark'
    button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`)
  }
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    keep(root.dataset.theme)
    show()
    onChange()
  })
  prefersDark.addEventListener('change', () => {
    show()
    onChange()
  })
  show()
}
