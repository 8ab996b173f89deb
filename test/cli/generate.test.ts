/** `swarmgrad generate`, as a process. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { seeded } from '../../src/random.ts'
import { generate } from '../../src/training/generate/generate.ts'
import { openWasmEngine } from '../../src/training/wasm/wasm-engine.ts'
import { run, start } from '../integration/cli-harness.ts'
import {
  BYTES_WRITER,
  CHARACTERS,
  DIGITS,
  digitsPlace,
  WRITER,
  writerPlace
} from '../integration/peer-place.ts'

const REPLICA = WRITER.initial(seeded(1)).map((value) => 10 * value)
const ASK = ['generate', '--config', 'peer.json', '--prompt', 'the quick']

test('should print the prompt and what the model adds, the same for a seed', async (t) => {
  const place = await writerPlace(t, REPLICA)
  const flags = [...ASK, '--tokens', '30', '--temperature', '1.2', '--top-k', '9', '--seed', '7']
  const { code, stdout, stderr } = await run(t, place, flags)
  t.is(code, 0, stderr)
  const text = generate({
    engine: openWasmEngine(WRITER, 1),
    replica: REPLICA,
    context: 12,
    kinds: CHARACTERS.length,
    prompt: [...'the quick'].map((character) => CHARACTERS.indexOf(character)),
    sampling: { temperature: 1.2, topK: 9 },
    random: seeded(7).fork('generate')
  })
  const added = Array.from({ length: 30 }, () => CHARACTERS[text.next().value]!)
  t.is(stdout, `the quick${added.join('')}\n`)
  t.regex(stderr, /^file .*replica\.safetensors; --seed 7\n$/)
})

test('should draw otherwise each time, and say by which seed', async (t) => {
  const place = await writerPlace(t, REPLICA)
  const [first, second] = await Promise.all([run(t, place, ASK), run(t, place, ASK)])
  t.not(first.stdout, second.stdout)
  t.is([...first.stdout].length, 'the quick'.length + 200 + 1)
  const seed = /--seed (\d+)/.exec(first.stderr)![1]!
  t.is((await run(t, place, [...ASK, '--seed', seed])).stdout, first.stdout)
})

test('should take any prompt where the model has bytes', async (t) => {
  const place = await writerPlace(t, BYTES_WRITER.initial(seeded(1)), BYTES_WRITER)
  const flags = ['generate', '--config', 'peer.json', '--prompt', 'Ä', '--tokens', '5']
  const running = start(t, place, flags)
  const bytes: Buffer[] = []
  running.child.stdout!.on('data', (part: string) => bytes.push(Buffer.from(part)))
  const { code, stdout, stderr } = await running.ended
  t.is(code, 0, stderr)
  t.true(stdout.startsWith('Ä'))
  t.true(bytes.length > 0)
})

test('should stop when nobody reads any longer', async (t) => {
  const place = await writerPlace(t, REPLICA)
  const { child, ended } = start(t, place, [...ASK, '--tokens', '1000000'])
  child.stdout!.once('data', () => child.stdout!.destroy())
  t.is((await ended).code, 0)
})

const REFUSED: ReadonlyArray<readonly [title: string, flags: string[], said: RegExp]> = [
  ['characters that the text lacks', ['--prompt', 'The Ökonom'], /--prompt: has "T", "Ö", which/],
  ['an empty prompt', ['--prompt', ''], /--prompt: must have at least one character/],
  ['no number of characters', ['--prompt', 'a', '--tokens', 'all'], /--tokens: must be a whole/],
  ['a temperature below zero', ['--prompt', 'a', '--temperature', '-1'], /--temperature: must be/],
  ['nothing to draw from', ['--prompt', 'a', '--top-k', '0'], /--top-k: must be a whole/],
  ['half a seed', ['--prompt', 'a', '--seed', '0.5'], /--seed: must be a whole/]
]

for (const [title, flags, said] of REFUSED) {
  test(`should refuse ${title}`, async (t) => {
    const place = await writerPlace(t, REPLICA)
    const { code, stdout, stderr } = await run(t, place, [
      'generate',
      '--config',
      'peer.json',
      ...flags
    ])
    t.is(code, 2, stderr)
    t.is(stdout, '')
    t.regex(stderr, said)
  })
}

test('should refuse a model that has no language', async (t) => {
  const place = await digitsPlace(t, DIGITS.initial(seeded(1)))
  const { code, stderr } = await run(t, place, ASK)
  t.is(code, 2)
  t.regex(stderr, /manifest\.model\.name: must be gpt to continue a text, is mlp/)
})

test('should say why it needs the text', async (t) => {
  const place = await writerPlace(t, REPLICA)
  const document = JSON.parse(await readFile(join(place, 'peer.json'), 'utf8'))
  await writeFile(join(place, 'peer.json'), JSON.stringify({ ...document, data: { path: null } }))
  const { code, stderr } = await run(t, place, ASK)
  t.is(code, 2)
  t.regex(stderr, /data\.path: must name the text/)
})
