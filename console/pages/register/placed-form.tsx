/** Standard distribution: a file that was placed before, by whatever means, is registered by its name. */
import { useState, type ReactNode } from 'react';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { AboutFields, aboutOf, nothingSaid } from './about-fields.tsx';
import { registerWords } from './register-words.ts';

/** Names that are offered; any other can be typed. */
const OFFERED = 100;

/** `chosen`: a name that the page was asked for. */
export function PlacedForm({ chosen, registered }: { readonly chosen: string; readonly registered: (registrationId: string) => void }): ReactNode {
  const say = useWords(registerWords);
  const { bytes } = useFormats();
  const [fileName, setFileName] = useState(chosen);
  const [said, setSaid] = useState(nothingSaid);
  const { data, error } = useAnswer('listFiles', { query: { limit: OFFERED } });
  const deed = useDeed('register', { done: ({ fileName: name }) => say.begun(name), changes: ['listFiles', 'listApps', 'getStorage'] });
  const refusal = useRefusal('operator') ?? (fileName.trim() === '' ? say.noFileName : undefined);
  const free = (data?.items ?? []).filter(({ version }) => version === undefined);
  return (
    <SpaceBetween size="l">
      <FormField label={say.placedName} description={say.placedNameAbout}>
        <Autosuggest
          value={fileName} onChange={({ detail }) => { setFileName(detail.value); }} placeholder="Fieldwork-2.1.0.ipa" empty={say.nothingPlaced}
          options={free.map((file) => ({ value: file.fileName, description: bytes(file.size) }))} statusType={data !== undefined || error !== null ? 'finished' : 'loading'} loadingText={say.looking}
          enteredTextLabel={(text) => say.typedName(text)}
        />
      </FormField>
      <AboutFields said={said} setSaid={setSaid} />
      <Button
        variant="primary" loading={deed.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })}
        onClick={() => { deed.mutate({ body: { fileName: fileName.trim(), ...aboutOf(said) } }, { onSuccess: ({ id }) => { registered(id); } }); }}
      >
        {say.registerIt}
      </Button>
    </SpaceBetween>
  );
}
