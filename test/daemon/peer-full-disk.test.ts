/** Disks that take nothing for a while, under the real program. Needs root on Linux, to mount file systems. */
import { rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { PeerStatus } from '../../src/peer/monitor/status.ts'
import { readLatestCheckpoint } from '../../src/storage/latest-checkpoint.ts'
import {
  type Changes,
  type Daemon,
  type Home,
  homeFor,
  lastHash,
  runPeer,
  startPeer
} from '../helpers/daemon.ts'
import { canMount, type SmallDisk, smallDisk } from '../unit/storage/small-disk.ts'

const onSmallDisk = canMount ? test : test.skip
const WHY = canMount ? '' : ' (needs root on Linux, to mount a file system)'

/** Whose log of deltas leaves room for some checkpoints. */
const SMALL = { strategy: { logBytes: 8192 } }

const homeOnDisk = async (
  t: ExecutionContext,
  { config = {}, ...changes }: Changes = {}
): Promise<Home & { readonly disk: SmallDisk }> => {
  const disk = await smallDisk(t)
  const state = join(disk.place, 'state')
  const home = await homeFor(t, { ...SMALL, ...changes, config: { ...config, state } })
  return { ...home, state, disk }
}

/** Takes all room but for some bytes. Returns what gives it back. */
const fill = async ({ place }: SmallDisk, free = 0): Promise<() => Promise<void>> => {
  const ballast = join(place, 'ballast')
  await writeFile(ballast, Buffer.alloc(2 ** 20)).catch(() => {})
  await truncate(ballast, Math.max(0, (await stat(ballast)).size - free))
  return () => rm(ballast)
}

const hasAlarm =
  (name: string) =>
  ({ alarms }: PeerStatus): boolean =>
    alarms.some((alarm) => alarm.name === name)

const health = (peer: Daemon): Promise<{ readonly healthy: boolean; readonly reason: string }> =>
  peer.ask('/healthz')

onSmallDisk(
  `a full disk should hold a peer up, and free room let it go on by itself${WHY}`,
  async (t) => {
    const home = await homeOnDisk(t)
    const peer = startPeer(t, home)
    await peer.says('checkpoint')
    const empty = await fill(home.disk)
    const refused = await peer.says(/: ENOSPC \(the disk is full: free some space\)$/)
    t.is(refused.level, 50)
    const { healthy, line } = await peer.statusOnce(hasAlarm('disk-full'))
    t.false(healthy)
    t.regex(line, /, but the disk is full$/)
    const { healthy: well, reason } = await health(peer)
    t.false(well)
    t.regex(reason, /^The disk of the data directory is full.*ENOSPC.*Make room on the disk/)
    // The last good state is there.
    const kept = await readLatestCheckpoint(home.state)
    t.true(kept !== null && kept.round >= 1)

    await empty()
    await peer.statusOnce((status) => !hasAlarm('disk-full')(status))
    const said = peer.log.length
    await peer.nextRound(20)
    await peer.says('checkpoint', said)
    t.true((await health(peer)).healthy)
    const { code, stderr } = await peer.stop()
    t.is(code, 0, stderr)
    // What it ends with is what its disk gives back.
    const hash = await lastHash(home)
    const again = startPeer(t, home)
    await again.says('listening')
    t.like(await again.stop(), { code: 0 })
    t.false(again.log.some(({ msg }) => /damaged|cut off/.test(msg)))
    t.not(hash, await lastHash(home), 'it has gone on')
  }
)

onSmallDisk(
  `a disk that was full for a while should not change what a peer learns${WHY}`,
  async (t) => {
    const short = { training: { steps: 1600 }, strategy: { logBytes: 8192, intervalMs: 0 } }
    const plain = await homeFor(t, short)
    const home = await homeOnDisk(t, short)
    t.like(await runPeer(t, plain), { code: 0 })
    const peer = startPeer(t, home)
    await peer.says('checkpoint')
    const empty = await fill(home.disk)
    await peer.says(/: ENOSPC/)
    await empty()
    const { code, stderr } = await peer.exit
    t.is(code, 0, stderr)
    t.is(await lastHash(home), await lastHash(plain))
  }
)

onSmallDisk(
  `a peer should end in time although its disk is full, and its last good state stay${WHY}`,
  async (t) => {
    const home = await homeOnDisk(t, { config: { graceSeconds: 1 } })
    const peer = startPeer(t, home)
    await peer.says('checkpoint')
    const empty = await fill(home.disk)
    await peer.says(/: ENOSPC/)
    const kept = await readLatestCheckpoint(home.state)
    const { code, stderr } = await peer.stop()
    t.is(code, 0, stderr)
    t.regex(stderr, /was given up: the time to stop is over/)
    t.true((await readLatestCheckpoint(home.state))!.round >= kept!.round)
    await empty()
    const again = startPeer(t, home)
    const { round } = await again.says('goes on')
    t.true((round as number) >= kept!.round)
    await again.nextRound()
    t.like(await again.stop(), { code: 0 })
  }
)

onSmallDisk(
  `a file system that becomes read-only should be said and lived through${WHY}`,
  async (t) => {
    const home = await homeOnDisk(t)
    const peer = startPeer(t, home)
    await peer.says('checkpoint')
    const open = await home.disk.seal()
    const { msg } = await peer.says(/: EROFS \(the file system is read-only: mount it writable\)$/)
    t.true(msg.includes(home.state), msg)
    const { healthy } = await peer.statusOnce(hasAlarm('records-failed'))
    t.false(healthy)
    await open()
    await peer.statusOnce((status) => !hasAlarm('records-failed')(status))
    await peer.nextRound(3)
    t.like(await peer.stop(), { code: 0 })
  }
)

onSmallDisk(`a read-only state folder should be refused with the remedy${WHY}`, async (t) => {
  const home = await homeOnDisk(t, { training: { steps: 80 } })
  t.like(await runPeer(t, home), { code: 0 })
  const hash = await lastHash(home)
  await home.disk.remount('ro')
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 2, stderr)
  t.true(stderr.includes(home.state), stderr)
  t.regex(
    stderr,
    /cannot be written to: EROFS\n {4}the file system is read-only: mount it writable/
  )
  await home.disk.remount('rw')
  t.like(await runPeer(t, home), { code: 0 })
  t.is(await lastHash(home), hash)
})

onSmallDisk(
  `results that find no room should be said, and be written by the next start${WHY}`,
  async (t) => {
    const home = await homeOnDisk(t, { training: { steps: 128 } })
    const peer = startPeer(t, home)
    await peer.says('checkpoint')
    // Room for records, not for a replica.
    const empty = await fill(home.disk, 20_000)
    const { code, stderr } = await peer.exit
    t.is(code, 1, stderr)
    const path = join(home.state, 'replica.safetensors')
    const refused = `cannot keep the replica in ${path}: ENOSPC (the disk is full: free some space)`
    t.true(stderr.endsWith(`swarmgrad: ${refused}\n`), stderr)
    await empty()
    t.like(await runPeer(t, home), { code: 0 })
    t.truthy(await lastHash(home))
  }
)
