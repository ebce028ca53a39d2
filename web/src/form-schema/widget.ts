import type { RJSFSchema, WidgetProps } from '@rjsf/utils';
import type { FormContext } from './context';
import type { Data } from './schema';

export type Widget = WidgetProps<Data, RJSFSchema, FormContext>;

/** Ids of what is told below a field. */
export const helpId = (id: string): string => `${id}--help`;
export const faultId = (id: string): string => `${id}--fault`;

/** What every control says of itself to those who do not see it. */
export const said = ({ id, rawErrors, required }: Pick<Widget, 'id' | 'rawErrors' | 'required'>) => ({
  id,
  'aria-describedby': `${helpId(id)} ${faultId(id)}`,
  'aria-invalid': (rawErrors?.length ?? 0) > 0,
  'aria-required': required === true,
});
