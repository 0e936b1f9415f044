export interface PoemRequest {
  readonly title: string;
  readonly description: string;
  readonly form: string;
}

export const emptyRequest: PoemRequest = { title: '', description: '', form: '' };
