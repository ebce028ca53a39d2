import { Component, type ReactNode } from 'react';
import { ProblemAlert } from '../form/problem-alert';

interface State {
  error: Error | null;
}

/**
 * Keeps a defect of one place from blanking the page. A chunk that is gone after an upgrade of the server is a defect of
 * this kind too: reloading fetches the new one.
 */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <main className="lonely">
        <ProblemAlert error={this.state.error} onRetry={() => window.location.reload()} />
      </main>
    );
  }
}
