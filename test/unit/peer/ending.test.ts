import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { peerNameOf } from '../../../src/network/peer-name.ts'
import { Ending, isOver } from '../../../src/peer/ending.ts'
import { Signatures } from '../../../src/peer/signatures.ts'
import { FINAL_FILE } from '../../../src/storage/final-file.ts'
import type { Admission } from '../../../src/swarm/admission.ts'
import { type Final, finalDigest } from '../../../src/swarm/final.ts'
import { temporaryFolder } from '../../helpers/program.ts'

const SWARM = 'ab'.repeat(32)
const HASH = 'cd'.repeat(32)
const SAMPLES = 4000

interface Member {
  readonly name: string
  readonly signatures: Signatures
}

const memberOf = async (number: number): Promise<Member> => {
  const seed = new Uint8Array(32).fill(number)
  return { name: await peerNameOf(seed), signatures: new Signatures(seed) }
}

const finalOf = async (
  { signatures }: Member,
  hash = HASH,
  samples = SAMPLES,
  swarm = SWARM
): Promise<Final> => {
  const bytes = Uint8Array.from(Buffer.from(hash, 'hex'))
  return {
    hash: bytes,
    samples,
    signature: await signatures.sign(finalDigest(swarm, bytes, samples))
  }
}

const placeOf = async (t: ExecutionContext) => {
  const state = await temporaryFolder(t)
  const warnings: string[] = []
  const log = { info: () => {}, warn: (text: string) => void warnings.push(text) } as never
  const open = ({ name: self, signatures }: Member, admission?: Admission) =>
    Ending.open({
      state,
      manifest: admission === undefined ? {} : { admission },
      hash: SWARM,
      self,
      signatures,
      log
    })
  const read = async () => JSON.parse(await readFile(join(state, FINAL_FILE), 'utf8'))
  return { state, warnings, open, read }
}

/** Signatures are checked by other threads. */
const settled = async (ending: Ending, count: number): Promise<readonly string[]> => {
  while (ending.signatures.size < count) await new Promise(setImmediate)
  return [...ending.signatures.keys()]
}

test('a run should be over at the date of its manifest', (t) => {
  t.false(isOver({}, Number.MAX_SAFE_INTEGER))
  t.false(isOver({ ends: 1000 }, 999))
  t.true(isOver({ ends: 1000 }, 1000))
})

test('should sign what it ends with, and keep who else has signed that', async (t) => {
  const [me, early, late, other] = await Promise.all([1, 2, 3, 4].map(memberOf))
  const { open, read } = await placeOf(t)
  const ending = await open(me!)
  t.is(ending.final, null)
  t.false(ending.isFinal(HASH))
  ending.heard(early!.name, await finalOf(early!))
  // Another replica, other samples, another swarm, another's signature.
  ending.heard(other!.name, await finalOf(other!, 'ef'.repeat(32)))
  const final = await ending.finish(HASH, SAMPLES)
  t.deepEqual(final, await finalOf(me!))
  t.true(ending.isFinal(HASH))
  ending.heard(other!.name, await finalOf(other!, HASH, SAMPLES + 1))
  ending.heard(other!.name, await finalOf(other!, HASH, SAMPLES, HASH))
  ending.heard(other!.name, await finalOf(late!))
  ending.heard(me!.name, final)
  ending.heard(late!.name, null)
  ending.heard(late!.name, await finalOf(late!))
  t.deepEqual(await settled(ending, 3), [me!.name, early!.name, late!.name])
  await ending.close()
  const { format, manifest, hash, samples, signatures } = await read()
  t.deepEqual([format, manifest, hash, samples], ['swarmgrad/final/1', SWARM, HASH, SAMPLES])
  t.deepEqual(
    signatures.map(({ peer }: { peer: string }) => peer),
    [me!.name, early!.name, late!.name]
  )
  t.is(signatures[0].signature, Buffer.from(final.signature).toString('base64url'))
})

test('should count only those that the manifest lists', async (t) => {
  const [me, listed, stranger] = await Promise.all([1, 2, 3].map(memberOf))
  const { open } = await placeOf(t)
  const ending = await open(me!, { kind: 'allow-list', peers: [me!.name, listed!.name] })
  await ending.finish(HASH, SAMPLES)
  ending.heard(stranger!.name, await finalOf(stranger!))
  ending.heard(listed!.name, await finalOf(listed!))
  t.deepEqual(await settled(ending, 2), [me!.name, listed!.name])
})

test('should go on with what an earlier life has kept, where it is good', async (t) => {
  const [me, other] = await Promise.all([1, 2].map(memberOf))
  const { open, read, state, warnings } = await placeOf(t)
  const first = await open(me!)
  const final = await first.finish(HASH, SAMPLES)
  first.heard(other!.name, await finalOf(other!))
  await settled(first, 2)
  await first.close()
  const document = await read()

  const again = await open(me!)
  t.deepEqual(again.final, final)
  t.deepEqual([...again.signatures.keys()], [me!.name, other!.name])
  // It ends once more, the same way.
  await again.finish(HASH, SAMPLES)
  t.is(again.signatures.size, 2)
  // And differently: the others have not signed that.
  await again.finish(HASH, SAMPLES + 1)
  t.deepEqual([...again.signatures.keys()], [me!.name])
  await again.close()

  const write = (changed: unknown): Promise<void> =>
    writeFile(join(state, FINAL_FILE), JSON.stringify(changed))
  const forged = structuredClone(document)
  forged.signatures[1].signature = forged.signatures[0].signature
  await write(forged)
  t.deepEqual([...(await open(me!)).signatures.keys()], [me!.name])
  t.deepEqual(warnings, [])
  await write({ ...document, samples: 5 })
  t.is((await open(me!)).final, null)
  await write({ ...document, manifest: HASH })
  t.is((await open(me!)).final, null)
  await write({ ...document, more: 1 })
  t.is((await open(me!)).final, null)
  await writeFile(join(state, FINAL_FILE), '{')
  t.is((await open(me!)).final, null)
  t.is(warnings.length, 3)
  t.regex(warnings[0]!, /is not signed by this peer/)
  t.regex(warnings[1]!, /final\.json is passed over: it is no such document/)
  t.regex(warnings[2]!, /final\.json is passed over: it is no JSON/)
})

test('a strategy whose replicas differ should sign without samples', async (t) => {
  const [me, { open }] = [await memberOf(1), await placeOf(t)]
  const ending = await open(me)
  t.is((await ending.finish(HASH, null)).samples, 0)
})
