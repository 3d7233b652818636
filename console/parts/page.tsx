/** The frame of one page: its title, also the tab's, the way to it, and what can be done. */
import { useEffect, type ReactNode } from 'react';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';

export interface PageProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** The pages above it, outermost first. */
  readonly above?: readonly { readonly text: string; readonly href: string }[];
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, description, above = [], actions, children }: PageProps): ReactNode {
  useEffect(() => { document.title = `${title} - Wavecast`; }, [title]);
  return (
    <ContentLayout
      {...(above.length === 0 ? {} : { breadcrumbs: <BreadcrumbGroup items={[...above, { text: title, href: '#' }]} /> })}
      header={<Header variant="h1" description={description} actions={actions}>{title}</Header>}
    >
      <SpaceBetween size="l">{children}</SpaceBetween>
    </ContentLayout>
  );
}
