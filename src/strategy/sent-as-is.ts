import { type RecipeRule, recipeRule } from './facts.ts'

/** For strategies without a code for what they average. */
export const sentAsIs = (name: string): RecipeRule =>
  recipeRule(['compression'], ({ compression }) =>
    compression.name === 'none'
      ? []
      : [
          {
            path: 'compression',
            rule: `${name} sends what it averages as it is`,
            remedy: 'remove it, or take gossip-averaging'
          }
        ]
  )
