/**
 * Whether all have one replica, asked where nothing moves: told to pause, peers still give each other what
 * they lack, and then their replicas can be compared byte for byte.
 */
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { askPeer } from '../../../src/cli/control-client.ts'
import type { Member } from './member.ts'

const INTERVAL_MS = 1000
const HEAD_BYTES = 8

/** Of the parameters alone: the head of the file tells the round. */
const replicaHash = async ({ state }: Member): Promise<string | null> => {
  const bytes = await askPeer(state, '/replica').catch(() => null)
  if (bytes === null) return null
  const head = Number(bytes.readBigUInt64LE())
  return createHash('sha256')
    .update(bytes.subarray(HEAD_BYTES + head))
    .digest('hex')
}

/** A minute of the day that is far from now: a peer's local time to train in. */
const farAway = (): string => {
  const hour = String((new Date().getHours() + 12) % 24).padStart(2, '0')
  return `${hour}:00-${hour}:01`
}

/** Pauses all, and resolves to the seconds until they had one replica; rejects after so many. */
export const oneReplica = async (members: readonly Member[], seconds: number): Promise<number> => {
  const start = performance.now()
  await Promise.all(members.map((member) => member.reload({ schedule: { train: [farAway()] } })))
  for (;;) {
    const hashes = await Promise.all(members.map(replicaHash))
    const took = (performance.now() - start) / 1000
    const paused = members.every(({ status }) => status?.phase === 'paused')
    if (paused && hashes[0] !== null && new Set(hashes).size === 1) return took
    if (took > seconds) {
      const said = members.map(({ name, status }, i) => {
        return `${name}: ${status?.phase} ${hashes[i]?.slice(0, 8)} ${status?.line}`
      })
      throw new Error(`not one replica within ${seconds} s\n${said.join('\n')}`)
    }
    await wait(INTERVAL_MS)
  }
}
