export function schemaFile(printed: string): Promise<string>;
