import test from 'ava'
import { JoinLog, type Reading } from '../../../../src/cli/join/join-log.ts'

const listen = () => {
  let now = 0
  const lines: string[] = []
  const pages: string[] = []
  const readings: Reading[] = []
  const log = new JoinLog(
    {
      say: (line) => lines.push(line),
      page: (url) => pages.push(url),
      reading: (reading) => readings.push(reading)
    },
    () => now
  )
  const put = (entry: object): void => {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`)
    log.put(bytes, 0)
  }
  return { lines, pages, readings, log, put, wait: (ms: number) => (now += ms) }
}

test('should pass on what is worth a line, in words', (t) => {
  const { lines, pages, readings, put } = listen()
  put({ level: 30, msg: 'link', peer: 'x' })
  put({ level: 40, msg: 'something', remedy: 'do this' })
  put({ level: 50, msg: 'worse' })
  put({ level: 30, msg: 'dashboard', url: 'http://127.0.0.1:1/' })
  put({ level: 30, msg: 'reading data', percent: 40 })
  put({ level: 30, msg: 'fetching public data', bytes: 1, total: 4 })
  // The first is shown below the stages; the second is thrown, and told by whoever catches it.
  put({ level: 40, msg: 'an alarm', alarm: 'disk-full' })
  put({ level: 50, msg: 'the peer ends', err: { message: 'no' } })
  put({ level: 60, msg: 'the peer ends', err: { message: 'a bug' } })
  t.deepEqual(lines, ['warning: something (do this)', 'error: worse', 'the peer ends: a bug'])
  t.deepEqual(pages, ['http://127.0.0.1:1/'])
  t.deepEqual(readings, [
    { what: 'reading the data', done: 0.4 },
    { what: 'fetching the public data', done: 0.25 }
  ])
})

test('should say once in a minute what is said again and again', (t) => {
  const { lines, put, wait } = listen()
  for (let i = 0; i < 5; i++) put({ level: 40, msg: 'again' })
  t.deepEqual(lines, ['warning: again'])
  wait(60_000)
  put({ level: 40, msg: 'again' })
  t.deepEqual(lines.slice(1), ['warning: again (and 4 times since)'])
})

test('should take every byte, whatever it is', (t) => {
  const { lines, log } = listen()
  const bytes = Buffer.from('no JSON\n{"level":40,"msg":"one"}\n{"level":40,"msg":"two"}\n')
  t.is(log.put(bytes, 3), bytes.length - 3)
  t.deepEqual(lines, ['warning: one', 'warning: two'])
})
