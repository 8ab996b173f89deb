import { styleText } from 'node:util'

type Colour = 'green' | 'yellow' | 'red' | 'dim'

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

interface Coloured {
  hasColors?(): boolean
}

/** Asks the terminal, which knows NO_COLOR and TERM. */
export const paintFor = (screen: object): Paint =>
  (screen as Coloured).hasColors?.() === true
    ? (colour, text) => styleText(colour, text, { validateStream: false })
    : (_, text) => text
