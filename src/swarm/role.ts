/**
 * trainer: trains. observer: holds the replica and follows. bootstrap: has no replica and only helps
 * others to find each other.
 */
export const ROLES = ['trainer', 'observer', 'bootstrap'] as const

export type Role = (typeof ROLES)[number]
