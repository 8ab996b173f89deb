/** `swarmgrad export` and `swarmgrad evaluate`, as processes, on what a peer has left. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { seeded } from '../../src/random.ts'
import { readSafetensorsFile } from '../../src/storage/safetensors.ts'
import { openBackend } from '../../src/training/tensors/backend.ts'
import { openWasmEngine } from '../../src/training/wasm/wasm-engine.ts'
import type { Vector } from '../../src/vector/vector.ts'
import { contentsOf, run, start } from '../integration/cli-harness.ts'
import { DIGITS, digitsPlace, writerPlace } from '../integration/peer-place.ts'
import { loaded, predicted } from '../unit/training/export/exported.ts'

const REPLICA = DIGITS.initial(seeded(1))

/** The format's own words, read by hand: the header's length, the header, little-endian numbers. */
const readByHand = (path: string): Record<string, number[]> => {
  const file = readFileSync(path)
  const start = 8 + Number(file.readBigUInt64LE())
  const { __metadata__: _, ...header } = JSON.parse(file.toString('utf8', 8, start))
  return Object.fromEntries(
    Object.entries(header).map(([name, tensor]) => {
      const [from, to] = (tensor as { data_offsets: [number, number] }).data_offsets
      const count = (to - from) / 4
      return [name, Array.from({ length: count }, (_, i) => file.readFloatLE(start + from + 4 * i))]
    })
  )
}

const tensorsOf = (replica: Vector): Record<string, number[]> =>
  Object.fromEntries(
    DIGITS.layout.tensors.map(({ name, offset, size }) => [
      name,
      Array.from(replica.subarray(offset, offset + size))
    ])
  )

test('should train, and then export and evaluate what was learnt', async (t) => {
  const place = await digitsPlace(t)
  const trained = await run(t, place, ['peer', '--config', 'peer.json'])
  t.is(trained.code, 0, trained.stderr)
  const { replica } = await exportedReplica(place)
  const out = await run(t, place, [
    'export',
    '--config',
    'peer.json',
    '--out',
    'made/a.safetensors'
  ])
  t.is(out.code, 0, out.stderr)
  t.regex(out.stdout, /^made\/a\.safetensors: \d+ bytes, from checkpoint .*, round 10\n$/)
  t.deepEqual(readByHand(join(place, 'made/a.safetensors')), tensorsOf(replica))
  const { metadata } = await readSafetensorsFile(join(place, 'made/a.safetensors'))
  t.is(metadata['model'], 'mlp')
  t.is(metadata['round'], '10')
  const measured = await run(t, place, ['evaluate', '--config', 'peer.json', '--json'])
  t.is(measured.code, 0, measured.stderr)
  const { accuracy, loss, from } = JSON.parse(measured.stdout)
  const summary = JSON.parse(await readFile(join(place, 'state/summary.json'), 'utf8'))
  t.is(accuracy, summary.accuracy)
  t.is(loss, summary.loss)
  t.true(accuracy > 0.5)
  t.like(from, { kind: 'checkpoint', round: 10 })
})

/** What the run has left at its end, which the last checkpoint must be, too. */
const exportedReplica = async (place: string): Promise<{ replica: Vector }> => {
  const tensors = readByHand(join(place, 'state/replica.safetensors'))
  const replica = DIGITS.layout.tensors.flatMap(({ name }) => tensors[name]!)
  return { replica: Float32Array.from(replica) }
}

test('should ask a peer that is running', async (t) => {
  const training = { learningRate: 0.1, batch: 8, localSteps: 8, steps: 1_000_000_000 }
  const place = await digitsPlace(t)
  const document = JSON.parse(await readFile(join(place, 'peer.json'), 'utf8'))
  const endless = { ...document, manifest: { ...document.manifest, training } }
  await writeFile(join(place, 'peer.json'), JSON.stringify(endless))
  const peer = start(t, place, ['peer', '--config', 'peer.json'])
  await peer.said('"checkpoint"')
  const out = await run(t, place, ['export', '--config', 'peer.json', '--out', 'a.safetensors'])
  t.is(out.code, 0, out.stderr)
  t.regex(out.stdout, /from the running peer of .*, round \d+\n$/)
  t.is(Object.keys(readByHand(join(place, 'a.safetensors'))).length, 4)
  peer.child.kill('SIGTERM')
  t.is((await peer.ended).code, 0)
})

test('should write a folder whose model takes bytes and says what the engine says', async (t) => {
  const place = await digitsPlace(t, REPLICA)
  const flags = ['export', '--config', 'peer.json', '--format', 'layers', '--out', 'web']
  const { code, stdout, stderr } = await run(t, place, flags)
  t.is(code, 0, stderr)
  t.regex(stdout, /^web: \d+ bytes, from file .*replica\.safetensors\n$/)
  t.deepEqual((await readdir(join(place, 'web'))).sort(), ['group1-shard1of1.bin', 'model.json'])
  const bytes = await readFile(join(place, 'web/group1-shard1of1.bin'))
  const modelJson = JSON.parse(await readFile(join(place, 'web/model.json'), 'utf8'))
  t.like(modelJson.userDefinedMetadata, { input: 'bytes 0 to 255', output: 'logits' })

  const random = seeded(2)
  const image = Float32Array.from({ length: 784 }, () => random.integer(256))
  // MNIST's mean and deviation.
  const x = image.map((byte) => (byte / 255 - 0.1307) / 0.3081)
  let wanted: Vector = new Float32Array()
  openWasmEngine(DIGITS, 1).logits(REPLICA, [{ x, labels: new Uint8Array(1) }], (logits) => {
    wanted = logits.slice()
  })
  await openBackend('cpu')
  const model = await loaded({ modelJson, shards: [{ name: '', bytes: new Uint8Array(bytes) }] })
  const got = predicted(model, image, [1, 28, 28, 1])
  t.is(got.length, 10)
  got.forEach((value, i) => {
    t.true(Math.abs(value - wanted[i]!) < 1e-5)
  })
})

test('should not overwrite what is there, but an export when told to', async (t) => {
  const place = await digitsPlace(t, REPLICA)
  await writeFile(join(place, 'a.safetensors'), 'mine')
  await mkdir(join(place, 'photos'))
  await writeFile(join(place, 'photos/cat.png'), 'mine')
  const before = await contentsOf(place)
  const attempt = (...flags: string[]) =>
    run(t, place, ['export', '--config', 'peer.json', ...flags])
  const refused: Array<[flags: string[], said: RegExp]> = [
    [['--out', 'a.safetensors'], /--out a\.safetensors: is there already\n +.*--force/],
    [['--out', 'photos'], /--out photos: is there already/],
    [['--out', 'photos', '--force'], /--out photos: is a folder/],
    [['--out', 'photos', '--format', 'layers', '--force'], /without an earlier export in it/],
    [['--out', 'a.safetensors', '--format', 'layers', '--force'], /is a file/],
    [['--out', ''], /--out '': must not be empty/],
    [['--out', 'b', '--from', 'nowhere'], /--from: nowhere cannot be read: no such file/],
    [['--out', 'b', '--from', 'photos'], /--from: photos holds no replica/],
    [
      ['--out', 'b', '--from', 'a.safetensors'],
      /a\.safetensors: is no whole safetensors file: too short for a header/
    ]
  ]
  for (const [flags, said] of refused) {
    const { code, stderr } = await attempt(...flags)
    t.is(code, 2, `${flags}: ${stderr}`)
    t.regex(stderr, said)
  }
  t.deepEqual(await contentsOf(place), before)
  t.is((await attempt('--out', 'a.safetensors', '--force')).code, 0)
  t.deepEqual(readByHand(join(place, 'a.safetensors')), tensorsOf(REPLICA))
  t.is((await attempt('--format', 'layers', '--out', 'web')).code, 0)
  t.is((await attempt('--format', 'layers', '--out', 'web', '--force')).code, 0)
})

test('should say what to do where no peer has been', async (t) => {
  const place = await digitsPlace(t)
  const { code, stderr } = await run(t, place, ['evaluate', '--config', 'peer.json'])
  t.is(code, 2)
  t.regex(stderr, /state: holds no replica.*\n +run the peer first, or .* --from/)
})

test('should name the model that a file is not of', async (t) => {
  const place = await digitsPlace(t, REPLICA)
  const other = await writerPlace(t)
  const from = join(place, 'state')
  const { code, stderr } = await run(t, other, [
    'evaluate',
    '--config',
    'peer.json',
    '--from',
    from
  ])
  t.is(code, 2)
  t.regex(stderr, /no tensor embedding\/characters of shape \[28,8\]/)
})

const hasPython = (): boolean => {
  try {
    execFileSync('python3', ['-c', 'import numpy, safetensors'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test('should be read by Python', async (t) => {
  if (!hasPython()) {
    t.log(
      "left out: python3 has no numpy and safetensors here; the file's own words are read above"
    )
    t.pass()
    return
  }
  const place = await digitsPlace(t, REPLICA)
  await run(t, place, ['export', '--config', 'peer.json', '--out', 'a.safetensors'])
  const program = `import json
from safetensors.numpy import load_file
print(json.dumps({k: v.ravel().tolist() for k, v in load_file('a.safetensors').items()}))`
  const said = execFileSync('python3', ['-c', program], { cwd: place, maxBuffer: 1 << 24 })
  t.deepEqual(JSON.parse(said.toString()), tensorsOf(REPLICA))
})
