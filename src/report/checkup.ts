import type { SwarmProbe } from '../network/probe/probe-swarm.ts'
import type { Diagnosis, Finding } from '../training/backends/diagnose.ts'

/** What the operating system says of itself. */
export interface Computer {
  /** Version of Node. */
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly freeMemoryBytes: number
}

export interface BackendCheck {
  readonly backend: string
  /** Packages; with versions and device where they could be asked. */
  readonly through: string
  /** `ready` has passed, and something else comes first. */
  readonly state: 'taken' | 'ready' | 'skipped'
  /** That `auto` computes with it. */
  readonly models: readonly string[]
  readonly smokeTest: 'passed' | 'failed' | 'not run'
  /** To open it and compute the known numbers. */
  readonly milliseconds: number | null
  readonly gpu: boolean
  /** Why it was skipped, or is slower than it should be. */
  readonly reason: string | null
}

export interface DiskCheck {
  /** Where a peer would keep its files. */
  readonly folder: string
  /** Null: the system does not say. */
  readonly freeBytes: number | null
  /** Why it cannot be written to; null: it can. */
  readonly reason: string | null
}

/** Whether a peer could listen on an address. */
export interface PortCheck {
  /** Multiaddr. */
  readonly address: string
  /** own: the peer that runs in the folder has it; held: another process listens there; refused: the system forbids it; unknown: no TCP address. */
  readonly state: 'free' | 'own' | 'held' | 'refused' | 'unknown'
  /** Which process, where the system tells. */
  readonly holder: string | null
  /** The system's word for it, such as EACCES. */
  readonly code: string | null
}

/** What became of the manifest that a link names. */
export type ManifestCheck =
  | {
      readonly state: 'verified'
      readonly name: string
      readonly bytes: number
      /** The member that it came from; null: it was here already. */
      readonly from: string | null
      readonly admission: 'open' | 'allow-list' | 'invite'
      /** Milliseconds since 1970; null: it does not end by the clock. */
      readonly ends: number | null
    }
  | { readonly state: 'missing'; readonly reason: string; readonly advice: string }

/** Whether the link's invite is the creator's; expired: it was. */
export type InviteCheck = 'none' | 'good' | 'expired' | 'forged' | 'unchecked'

/** What the members of a swarm say, as far as any could be asked. */
export interface SwarmCheck extends Pick<SwarmProbe, 'addresses' | 'members' | 'nat'> {
  readonly cid: string
  readonly manifest: ManifestCheck
  readonly invite: InviteCheck
  /** Whether the identity in the data folder is on the manifest's list; null: there is no list, or no identity. */
  readonly listed: boolean | null
}

/** Something that is wrong, and what can be done about it. */
export interface Trouble {
  /** What it is about, such as `disk`. */
  readonly about: string
  readonly said: string
  readonly advice: string
  /** A peer cannot work with it. */
  readonly essential: boolean
}

/** What `swarmgrad doctor` has found; with --json it is printed as it is. */
export interface Checkup extends Computer {
  readonly platform: string
  readonly arch: string
  /** Of CUDA. */
  readonly nvidiaDriver: string | null
  readonly gpus: ReadonlyArray<{ readonly name: string; readonly api: string | null }>
  /** In the order in which `auto` tries them. */
  readonly backends: readonly BackendCheck[]
  /** The command that would make this machine faster; null where none would. */
  readonly remedy: string | null
  readonly disk: DiskCheck
  readonly ports: readonly PortCheck[]
  /** Null: no link was given. */
  readonly swarm: SwarmCheck | null
  readonly troubles: readonly Trouble[]
  /** Whether a peer could work here (and, with a link, in that swarm). */
  readonly usable: boolean
}

/** All but what follows from it. */
export type Findings = Omit<Checkup, 'troubles' | 'usable'>

const checkOf = ({ candidate, verdict, models }: Finding): BackendCheck => {
  const { backend } = candidate
  if (!verdict.passed) {
    const smokeTest = verdict.installed ? 'failed' : 'not run'
    const { through } = candidate
    const nothing = { models: [], milliseconds: null, gpu: false } as const
    return { backend, through, state: 'skipped', smokeTest, reason: verdict.reason, ...nothing }
  }
  const { description: through, gpu, notice: reason, seconds } = verdict
  const state = models.length > 0 ? 'taken' : 'ready'
  const milliseconds = Math.round(1000 * seconds)
  return { backend, through, state, models, smokeTest: 'passed', milliseconds, gpu, reason }
}

/** What a diagnosis of the backends says, in a checkup's words. */
export const backendsOf = ({
  hardware,
  findings,
  remedy
}: Diagnosis): Pick<
  Checkup,
  'platform' | 'arch' | 'nvidiaDriver' | 'gpus' | 'backends' | 'remedy'
> => ({
  platform: hardware.platform,
  arch: hardware.arch,
  nvidiaDriver: hardware.nvidia?.driver ?? null,
  gpus: hardware.gpus,
  backends: findings.map(checkOf),
  remedy
})
