import { useMay } from '../session/session';
import { useViewer } from '../time/viewer';
import { useCatalogueTree } from './queries';
import { itemsIn } from './tree';

/** An item by its title in the viewer's language; one he does not see in the catalogue by its name. */
export function useItemTitle(): (name: string) => string {
  const { language } = useViewer();
  const items = useCatalogueTree(useMay()('request:create')).data?.categories.flatMap(itemsIn) ?? [];
  return (name) => items.find((i) => i.name === name)?.title[language] ?? name;
}
