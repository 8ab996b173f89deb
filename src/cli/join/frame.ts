/** The stages of a peer that has joined, as lines for a screen of a given size. */
import { durationOf } from '../duration.ts'
import type { Size } from '../live-area.ts'
import { barText } from '../live-table-frame.ts'
import type { Paint } from '../paint.ts'

export interface ShownStage {
  readonly name: string
  readonly text: string
  /** 0..1; null: nobody knows how long it will take. */
  readonly done: number | null
  readonly over: boolean
  readonly elapsedMs: number
  /** Of what has an end. */
  readonly left: string
}

export interface Shown {
  readonly title: string
  readonly stages: readonly ShownStage[]
  readonly below: readonly string[]
}

const NAME_WIDTH = 12

const stageLines = (
  { name, text, done, over, elapsedMs, left }: ShownStage,
  paint: Paint
): string[] => {
  const mark = over ? paint('green', '✔') : '▸'
  const time = `${durationOf(elapsedMs / 1000)}`
  const head = `${mark} ${name.padEnd(NAME_WIDTH)}`
  if (over) return [`${head}${paint('dim', `${text}, ${time}`)}`]
  if (done === null) return [`${head}${text}, for ${time}`]
  const share = `${Math.floor(done * 100)} %`.padStart(5)
  return [
    `${head}${barText(done)} ${share} | ${time} | ETA ${left}`,
    `  ${''.padEnd(NAME_WIDTH)}${text}`
  ]
}

/** Too long for the screen: cut, since what is folded cannot be redrawn. Colours count for nothing. */
const fitted = (line: string, columns: number): string => {
  if (line.includes('\u001B') || line.length < columns) return line
  return `${line.slice(0, columns - 2)}…`
}

export const joinFrame = (
  { title, stages, below }: Shown,
  { columns, rows }: Size,
  paint: Paint
): string => {
  const lines = [
    title,
    ...stages.flatMap((stage) => stageLines(stage, paint)),
    ...below.map((line) => paint('dim', `  ${line}`.slice(0, columns - 1)))
  ]
  return lines
    .map((line) => fitted(line, columns))
    .slice(0, rows - 1)
    .join('\n')
}
