/** A text cut at its commas. */
export interface List {
  readonly parts: readonly string[]
  /** False when a bracket, a brace or a quote has no end: then the parts mean nothing. */
  readonly closed: boolean
}

const OPENING = '[{'
const CLOSING = ']}'

/** Cuts at commas outside brackets, braces and double quotes; in quotes a backslash escapes. */
export const splitList = (text: string): List => {
  const parts: string[] = []
  let begin = 0
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!
    if (quoted) {
      if (letter === '\\') at++
      else if (letter === '"') quoted = false
    } else if (letter === '"') quoted = true
    else if (OPENING.includes(letter)) depth++
    else if (CLOSING.includes(letter)) depth--
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(begin, at).trim())
      begin = at + 1
    }
  }
  parts.push(text.slice(begin).trim())
  return { parts, closed: !quoted && depth === 0 }
}
