import { z } from 'zod'
import { peerDetailSchema } from './results.ts'

/** summary.json: what a peer writes into its state folder when it has finished. */
export const peerSummarySchema = peerDetailSchema.extend({
  backend: z.string(),
  computeSeconds: z.number(),
  /** Everything that left the sockets, encryption and multiplexing included. */
  socketBytesSent: z.number()
})

export type PeerSummary = z.output<typeof peerSummarySchema>

export const SUMMARY_FILE = 'summary.json'
export const REPLICA_FILE = 'replica.safetensors'
