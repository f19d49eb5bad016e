import type { AttributeChange } from './model.js';
import type { SentMb } from './quota-values.js';
import type { RestrictionFields } from './restrictions.js';

/** How a request names a context. The id wins; a name counts only when there is no id. OX: semantics 0.4. */
export interface ContextReference {
  readonly id?: number | null | undefined;
  readonly name?: string | null | undefined;
}

/** What a request says about a context. Absent and nil are the same: not set, on change untouched. */
export interface ContextFields {
  readonly id?: number | undefined;
  readonly name?: string | undefined;
  readonly maxQuotaMb?: SentMb | undefined;
  readonly filestoreId?: number | undefined;
  readonly averageSizeMb?: SentMb | undefined;
  readonly gabMode?: string | undefined;
  readonly customId?: string | undefined;
  /** An empty list says nothing; none of them is an empty text. */
  readonly loginMappings: readonly string[];
  readonly attributeChanges: readonly AttributeChange[];
  /** An empty list says nothing. */
  readonly restrictions: readonly RestrictionFields[];
}
