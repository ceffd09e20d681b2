PRAGMA application_id = 1752330101;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE attempt_texts (
            attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            error TEXT
        );
INSERT INTO "attempt_texts" VALUES(1,'Rayleigh.',NULL);
INSERT INTO "attempt_texts" VALUES(2,'The disk.',NULL);
INSERT INTO "attempt_texts" VALUES(3,'','it died');
CREATE TABLE attempts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            engine TEXT NOT NULL,
            route TEXT NOT NULL,
            model TEXT NOT NULL,
            endpoint TEXT,
            sent_bytes INTEGER NOT NULL,
            outcome TEXT,
            reason TEXT,
            given INTEGER NOT NULL DEFAULT 0,
            wall_ms REAL,
            ttft_ms REAL,
            input_tokens INTEGER,
            output_tokens INTEGER,
            cached_tokens INTEGER NOT NULL DEFAULT 0,
            usage_estimated INTEGER NOT NULL DEFAULT 0,
            cost_pusd INTEGER,
            UNIQUE (turn_id, seq)
        );
INSERT INTO "attempts" VALUES(1,1,1,1793534400000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0);
INSERT INTO "attempts" VALUES(2,2,1,1793534460000,'acme','cloud','big-1','https://api.example.com/v1',834,'ok',NULL,1,900.0,80.0,12,34,5,0,2000000000);
INSERT INTO "attempts" VALUES(3,3,1,1793534520000,'local','local','SmolLM2',NULL,0,'error','crash',0,900.0,80.0,12,34,5,0,0);
CREATE TABLE turn_details (
            turn_id INTEGER PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
            signals TEXT NOT NULL,
            reasons TEXT NOT NULL,
            flips TEXT NOT NULL,
            warning TEXT NOT NULL DEFAULT '',
            prompt_sha256 TEXT,
            prompt TEXT,
            request TEXT
        );
INSERT INTO "turn_details" VALUES(1,'{"constraints":{"count":1,"items":[{"kind":"length","text":"under 50 words","start":4,"end":18,"params":{"unit":"words","max":50}}],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["no signal asks for the cloud"]','add 4 strict constraints','','1de05c5adafca13388602ba030024fe4da4a18c03dde602b5fc0e8bdc180a70d','Why is the sky blue? Say it in under 50 words.','{"prompt":"","system":null,"history":[],"attachments":[],"forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null}');
INSERT INTO "turn_details" VALUES(2,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["the route was chosen with --route"]','add 4 strict constraints','','2051fc272f1d1c6d8b0438a16b730c12607e277d10c320978d36e0a8bb2f0eac','What broke?','{"prompt":"","system":"Be brief.","history":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"}],"attachments":[{"name":"err.log","text":"line 1\n```\nline 2"}],"forced":"cloud","sampling":{"max_tokens":64,"temperature":0.5,"seed":7},"category":"ops"}');
INSERT INTO "turn_details" VALUES(3,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["no signal asks for the cloud"]','add 4 strict constraints','','c0a537036d100a42125d7e07bd22888263e37867a911b86d17d4c2764b7be45e','Prove it.','{"prompt":"","system":null,"history":[],"attachments":[],"forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null}');
CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created_at INTEGER NOT NULL,
            command TEXT NOT NULL,
            category TEXT,
            wanted TEXT NOT NULL,
            rule TEXT NOT NULL,
            route TEXT NOT NULL,
            degraded TEXT,
            slot TEXT NOT NULL,
            policy TEXT NOT NULL,
            expected_local_usd TEXT,
            expected_cloud_usd TEXT,
            constraint_count INTEGER NOT NULL,
            context_tokens INTEGER NOT NULL,
            scout_label TEXT NOT NULL,
            scout_model TEXT NOT NULL,
            scout_ms REAL NOT NULL,
            p_local REAL NOT NULL,
            overhead_ms REAL NOT NULL,
            closed INTEGER NOT NULL DEFAULT 0
        );
INSERT INTO "turns" VALUES(1,1793534400000,'ask',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,1,41,'standard','builtin-1',0.6,0.71,1.4,1);
INSERT INTO "turns" VALUES(2,1793534460000,'ask','ops','cloud','forced','cloud',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1);
INSERT INTO "turns" VALUES(3,1793534520000,'ask',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1);
CREATE INDEX turns_by_time ON turns (created_at);
CREATE INDEX attempts_by_time ON attempts (started_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('turns',3);
INSERT INTO "sqlite_sequence" VALUES('attempts',3);
COMMIT;
