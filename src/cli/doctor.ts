/** `swarmgrad doctor`: looks at the machine, tries every backend, calls the members of a link, and says what is wrong. */

import { backendsOf, type Checkup } from '../report/checkup.ts'
import { checkupOf } from '../report/checkup-of.ts'
import { doctorPage } from '../report/doctor-page.ts'
import { dataFolder } from '../storage/data-folder.ts'
import { cidOf, parseCid } from '../swarm/cid.ts'
import type { SwarmLink } from '../swarm/link.ts'
import { diagnose } from '../training/backends/diagnose.ts'
import type { DoctorFlags } from './commands/doctor.ts'
import { askPeer } from './control-client.ts'
import { examineDisk } from './doctor/disk.ts'
import { examineMachine } from './doctor/examine-machine.ts'
import { examineSwarm } from './doctor/examine-swarm.ts'
import { examinePorts } from './doctor/ports.ts'
import { Place } from './join/place.ts'
import { loadPeerConfig } from './peer-config.ts'
import { harmless } from './print-error.ts'
import { readSource, type Source } from './swarm/source.ts'

const FAILED = 1
/** What a peer that has not joined yet would listen on. */
const ANY_PORT = ['/ip4/0.0.0.0/tcp/0']
/** That are called: those of the link first. */
const MOST_ADDRESSES = 16

interface Plan {
  readonly listen: readonly string[]
  /** Multiaddrs of members that the peer of the folder knows by its document. */
  readonly known: readonly string[]
  /** Whether the peer runs already. */
  readonly running: boolean
}

/** What the peer of a folder does about its ports. */
const planOf = async (place: Place | null): Promise<Plan> => {
  const config = place && (await loadPeerConfig(place.configFile).catch(() => null))
  if (config === null) return { listen: ANY_PORT, known: [], running: false }
  const answer = await askPeer(config.state, '/healthz').catch(() => null)
  const listen = config.reach.mode === 'outbound' ? [] : config.listen
  return { listen, known: [...config.bootstrap, ...config.peers], running: answer !== null }
}

/** A file holds a manifest, and no address of a member. */
const linkOf = (source: Source): SwarmLink =>
  source.kind === 'link' ? source.link : { cid: cidOf(source.signed.hash), peers: [], invite: null }

/** @throws InvalidInputError for what is neither a link nor a manifest */
const examine = async (given: string | undefined, flags: DoctorFlags): Promise<Checkup> => {
  const source = given === undefined ? null : await readSource(given)
  const link = source && linkOf(source)
  const place = link && new Place(flags.state ?? null, parseCid(link.cid)!)
  const { listen, known, running } = await planOf(place)
  const ports = await examinePorts(listen, running)
  const free = ports.flatMap(({ address, state }) => (state === 'free' ? [address] : []))
  const now = Date.now()
  const kept = source?.kind === 'file' ? source.signed : null
  const addresses = [...new Set([...(link?.peers ?? []), ...known])].slice(0, MOST_ADDRESSES)
  const swarm =
    link && place && (await examineSwarm({ link, addresses, place, kept, listen: free, now }))
  const folder = place?.folder ?? flags.state ?? dataFolder()
  return checkupOf(
    {
      ...examineMachine(),
      ...backendsOf(await diagnose()),
      disk: await examineDisk(folder),
      ports,
      swarm
    },
    now
  )
}

export const doctor = async (link: string | undefined, flags: DoctorFlags): Promise<void> => {
  const checkup = await examine(link, flags)
  const text = flags.json ? JSON.stringify(checkup, null, 2) : doctorPage(checkup)
  process.stdout.write(`${harmless(text)}\n`)
  if (!checkup.usable) process.exitCode = FAILED
}
