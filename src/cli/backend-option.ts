import { Option } from 'commander'
import { BACKEND_CHOICES } from '../training/backends/candidate.ts'

export const backendOption = (description: string): Option =>
  new Option('--backend <name>', description).choices(BACKEND_CHOICES)
