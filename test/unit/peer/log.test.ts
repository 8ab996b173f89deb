import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import test from 'ava'
import { pino } from 'pino'
import { createLog, setLevel } from '../../../src/peer/log.ts'
import { LogSink } from '../../../src/peer/log-sink.ts'
import { prettyLine } from '../../../src/peer/pretty-lines.ts'

const noon = new Date(2026, 2, 1, 12, 3, 7, 45).toISOString()

const entry = (change: object): string =>
  `${JSON.stringify({ level: 30, time: noon, pid: 7, ...change })}\n`

const isControl = (letter: string): boolean => {
  const code = letter.codePointAt(0)!
  return code < 32 || (code >= 127 && code < 160)
}

const ESCAPE = '\u001b'

test('should write lines for people', (t) => {
  const shown = (line: string): string => prettyLine(line, false)
  const fields = { round: 12, loss: 0.31, peer: '12D3KooW', text: 'two words', msg: 'done' }
  t.is(
    shown(entry(fields)),
    '12:03:07.045 INFO  done  round=12 loss=0.31 peer=12D3KooW text="two words"\n'
  )
  t.is(shown(entry({ level: 40, msg: 'careful' })), '12:03:07.045 WARN  careful\n')
  t.is(
    shown(
      entry({ level: 50, err: { message: 'broken', stack: 'Error: broken\n at x' }, msg: 'no' })
    ),
    '12:03:07.045 ERROR no\nError: broken\n at x\n'
  )
  t.is(shown('not JSON\n'), 'not JSON\n')
})

test('should colour them where the screen can', (t) => {
  t.true(prettyLine(entry({ level: 40, msg: 'careful' }), true).includes(`${ESCAPE}[33mWARN `))
})

test('should not let the words of others move the cursor', (t) => {
  const evil = `${ESCAPE}[2J\u0007\u009b31m\rover`
  const entries = [entry({ msg: evil, peer: evil, [evil]: 1, err: { stack: evil } }), `${evil}\n`]
  const colours = [2, 31, 32, 33, 22, 39].map((code) => `${ESCAPE}[${code}m`)
  for (const coloured of [false, true]) {
    const lines = entries.map((line) => prettyLine(line, coloured)).join('')
    const bare = colours.reduce((text, code) => text.replaceAll(code, ''), lines)
    t.deepEqual(
      [...bare].filter((letter) => isControl(letter) && letter !== '\n'),
      []
    )
    t.true(bare.includes('?[2J'))
  }
})

test('should change the level of a logger and of those made of it', (t) => {
  const log = createLog('silent')
  const child = log.child({ part: 'network' })
  const grandchild = child.child({ more: 1 })
  setLevel(log, 'debug')
  for (const each of [log, child, grandchild]) t.is(each.level, 'debug')
  setLevel(log, 'silent')
  for (const each of [log, child, grandchild]) t.false(each.isLevelEnabled('error'))
})

/** A file that takes what it is told to, or throws. */
const file = () => {
  const state = { text: '', takes: Infinity, error: null as string | null, tries: 0 }
  const put = (bytes: Uint8Array, from: number): number => {
    state.tries++
    if (state.takes === 0 && state.error !== null) {
      throw Object.assign(new Error(state.error), { code: state.error })
    }
    const part = bytes.subarray(from, from + state.takes)
    state.takes -= part.length
    state.text += Buffer.from(part).toString()
    return part.length
  }
  const sink = new LogSink(put, { format: (line) => line, lost: (lines) => `(${lines} lost)\n` })
  return { state, sink }
}

test('should drop what a full disk does not take, keep nothing of it, and go on afterwards', (t) => {
  const { state, sink } = file()
  sink.write('one\n')
  Object.assign(state, { takes: 2, error: 'ENOSPC' })
  for (const line of ['two\n', 'three\n', 'four\n']) sink.write(line)
  t.is(state.text, 'one\ntw')
  state.takes = Infinity
  sink.write('five\n')
  sink.write('six\n')
  t.is(state.text, 'one\ntw\n(3 lost)\nfive\nsix\n')
})

test('should wait for a slow reader once, and then no more', (t) => {
  const { state, sink } = file()
  Object.assign(state, { takes: 0, error: 'EAGAIN' })
  sink.write('one\n')
  t.is(state.tries, 51)
  sink.write('two\n')
  t.is(state.tries, 52)
  state.takes = Infinity
  sink.write('three\n')
  t.is(state.text, '(2 lost)\nthree\n')
})

test('should write what pino says, in parts if need be', (t) => {
  const { state, sink } = file()
  const log = pino({ level: 'info', base: null, timestamp: false }, sink)
  log.child({ part: 'network' }).info({ peers: [1, 2] }, 'hello')
  log.debug('unseen')
  t.is(state.text, '{"level":30,"part":"network","peers":[1,2],"msg":"hello"}\n')
})

const program = new URL('../../../src/peer/log.ts', import.meta.url).href

// Only Linux has a file that is always full.
const onLinux = process.platform === 'linux' ? test : test.skip
for (const format of ['json', 'pretty']) {
  onLinux(`should end when all is done though its ${format} log cannot be written`, async (t) => {
    const code = `
      const { createLog } = await import('${program}')
      const log = createLog('info', '${format}')
      for (let line = 0; line < 1000; line++) log.info({ line }, 'on and on')
      process.exitCode = 7`
    const full = await open('/dev/full', 'w')
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'ignore', full.fd]
    })
    const [exit] = await once(child, 'exit')
    await full.close()
    t.is(exit, 7)
  })
}
