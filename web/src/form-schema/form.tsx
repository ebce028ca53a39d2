import Core from '@rjsf/core';
import type { RJSFSchema } from '@rjsf/utils';
import { Form } from 'antd';
import { useMemo } from 'react';
import { useViewer } from '../time/viewer';
import type { FormContext, ToldFault } from './context';
import type { Data, FormSchema } from './schema';
import { shown } from './shown';
import { TEMPLATES } from './templates';
import { errorTree, validator } from './validator';
import { WIDGETS } from './widgets';
import './form.css';

interface SchemaFormProps {
  schema: FormSchema;
  data: Data;
  onChange: (data: Data) => void;
  /** What is wrong and where, as far as it is to be told already. */
  faults: readonly ToldFault[];
  context: FormContext;
  disabled?: boolean;
}

/** What forms do with defaults: a section that nobody has filled in is not there. */
const DEFAULTS = { emptyObjectFields: 'skipEmptyDefaults' } as const;

/** The fields of a form, drawn from its JSON Schema in the viewer's language. Sending it is the business of whoever shows it. */
export function SchemaForm({ schema, data, onChange, faults, context, disabled = false }: SchemaFormProps) {
  const { language } = useViewer();
  const drawn = useMemo(() => shown(schema, data, language), [schema, data, language]);
  const errors = useMemo(() => errorTree(faults), [faults]);
  return (
    <Form component={false} layout="vertical" requiredMark="optional">
      <Core<Data, RJSFSchema, FormContext>
        tagName="div"
        className="schema-form"
        idPrefix="form"
        idSeparator="-"
        schema={drawn.schema}
        uiSchema={drawn.ui}
        formData={data}
        validator={validator}
        widgets={WIDGETS}
        templates={TEMPLATES}
        formContext={context}
        extraErrors={errors}
        noValidate
        showErrorList={false}
        disabled={disabled}
        experimental_defaultFormStateBehavior={DEFAULTS}
        onChange={({ formData }) => onChange(formData ?? {})}
      >
        {/* Without a child rjsf would add a button of its own. */}
        <span hidden />
      </Core>
    </Form>
  );
}
