/** A small reader of Prometheus' text format 0.0.4, after its description; it throws on whatever that forbids. */

export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: Map<string, number>
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/

const need = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}

/** `name=value` pairs, sorted, as one text. */
const labelsOf = (text: string): string => {
  const labels: string[] = []
  for (let rest = text; rest !== ''; ) {
    const found = LABEL.exec(rest)
    need(found !== null, `not a label: ${rest}`)
    labels.push(`${found![1]}=${found![2]}`)
    rest = rest.slice(found![0].length)
  }
  return labels.sort().join(' ')
}

const numberOf = (text: string): number => {
  if (text === '+Inf') return Infinity
  if (text === '-Inf') return -Infinity
  need(/^(NaN|[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(text), `not a number: ${text}`)
  return Number(text)
}

/** Families by name; their samples by labels. */
export const parseExposition = (text: string): Map<string, Family> => {
  need(text.endsWith('\n'), 'the last line does not end')
  const families = new Map<string, Family>()
  const helps = new Map<string, string>()
  let current: string | null = null
  for (const line of text.split('\n')) {
    if (line === '') continue
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line)
    if (comment !== null) {
      const [, what, name, rest] = comment as unknown as [string, string, string, string]
      need(NAME.test(name), `not a name: ${name}`)
      if (what === 'HELP') {
        need(!helps.has(name), `HELP twice: ${name}`)
        helps.set(name, rest)
        continue
      }
      need(!families.has(name), `TYPE twice: ${name}`)
      need(/^(counter|gauge|histogram|summary|untyped)$/.test(rest), `not a type: ${rest}`)
      families.set(name, { type: rest, help: helps.get(name) ?? '', samples: new Map() })
      current = name
      continue
    }
    const found = SAMPLE.exec(line)
    need(found !== null, `not a sample: ${line}`)
    const [, name, labels = '', value] = found as unknown as [string, string, string, string]
    need(name === current, `${name} among the samples of ${current}`)
    const { samples } = families.get(name)!
    const key = labelsOf(labels)
    need(!samples.has(key), `twice: ${name} ${key}`)
    samples.set(key, numberOf(value))
  }
  return families
}
