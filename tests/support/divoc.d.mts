export declare function divocCredential(): { key: string; source: string; credential: string };
