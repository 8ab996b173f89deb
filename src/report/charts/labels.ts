import { apart } from './axes.ts'
import { type Mark, mark } from './figure.ts'
import type { ValueAxis } from './value-axis.ts'

/** What stands to the right of a chart, at the height of its value. */
export interface EndLabel {
  readonly text: string
  readonly value: number
  readonly colour: string
}

/** Room on the right for labels of this many characters at 12 px. */
export const labelRoom = (labels: readonly EndLabel[]): number =>
  Math.max(16, ...labels.map(({ text }) => 14 + 6.4 * text.length))

const LINE_PX = 15

/** Labels at the right end of a chart, moved apart where they would overlap. */
export const endLabels = (
  labels: readonly EndLabel[],
  x: number,
  axis: ValueAxis,
  height: number
): readonly Mark[] => {
  const moves = apart(
    labels.map(({ value }) => axis.place(value, height)),
    LINE_PX
  )
  return labels.map(({ text, value, colour }, index) =>
    mark(
      'text',
      { x: [x], y: [value], text: [text] },
      { dx: 8, dy: moves[index]!, textAnchor: 'start', fill: colour, fontWeight: 600 }
    )
  )
}
