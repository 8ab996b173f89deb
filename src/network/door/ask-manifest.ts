import type { Connection } from '@libp2p/interface'
import { describeProblem, type Problem } from '../../errors.ts'
import { parseCid } from '../../swarm/cid.ts'
import type { Opened, SignedManifest } from '../../swarm/envelope.ts'
import { askOn, ExchangeError } from './exchange.ts'
import { askedBytes, MANIFEST_PROTOCOL, MAX_TOLD_BYTES, toldIn } from './manifest-messages.ts'
import { verifyEnvelope } from './verify-envelope.ts'

/** The manifest did not come from this source. The message says why, after "it". */
export class ManifestError extends Error {
  override readonly name = 'ManifestError' as const
  /** manifest: it is the one that was asked for, and cannot be used; source: another may have a good one. */
  readonly fault: 'source' | 'manifest'
  readonly problems: readonly Problem[]

  constructor(
    message: string,
    fault: 'source' | 'manifest' = 'source',
    problems: readonly Problem[] = []
  ) {
    super(message)
    this.fault = fault
    this.problems = problems
  }
}

const NONE = {
  unknown: 'does not know this swarm, or has no signature to show for its manifest',
  busy: 'has told the manifest to so many of late that it waits'
} as const

const failed = ({ problems, fault }: Opened): ManifestError =>
  new ManifestError(
    `sent what cannot be used: ${problems.map(describeProblem).join('; ')}`,
    fault ?? 'source',
    problems
  )

/** The words of libp2p, in those of this project. */
const wordsOf = (error: unknown): string => {
  if (error instanceof ExchangeError) return error.message
  const { name = '', message = '' } = error as Error
  if (/UnsupportedProtocol/.test(name)) return 'does not give out manifests'
  if (/Timeout|Abort/.test(name)) return 'took too long to send the manifest'
  return `hung up: ${message.slice(0, 200)}`
}

const told = async (
  connection: Connection,
  cid: string,
  signal: AbortSignal
): Promise<Uint8Array> => {
  try {
    const stream = await connection.newStream(MANIFEST_PROTOCOL, {
      signal,
      runOnLimitedConnection: true,
      // It may be any libp2p host: whether it speaks this is worth knowing by itself.
      negotiateFully: true
    })
    return await askOn(stream, askedBytes(cid), MAX_TOLD_BYTES, signal)
  } catch (error) {
    throw new ManifestError(wordsOf(error))
  }
}

/**
 * The manifest that a CID names, from the peer at the other end: checked, and signed by its creator.
 *
 * @throws ManifestError whatever the other end does
 */
export const askManifest = async (
  connection: Connection,
  cid: string,
  signal: AbortSignal
): Promise<SignedManifest> => {
  const answer = toldIn(await told(connection, cid, signal))
  if (answer === null) throw new ManifestError('answered with something else')
  if ('none' in answer) throw new ManifestError(NONE[answer.none])
  const opened = await verifyEnvelope(answer.envelope, parseCid(cid))
  if (opened.signed === null) throw failed(opened)
  return opened.signed
}
