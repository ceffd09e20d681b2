PRAGMA application_id = 1752330101;
PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE attempt_signals (
            attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
            signals TEXT NOT NULL,
            calibrator TEXT
        );
CREATE TABLE attempt_texts (
            attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            error TEXT
        , checks TEXT);
INSERT INTO "attempt_texts" VALUES(1,'Rayleigh.',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(2,'The disk.',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(3,'','it died',NULL);
INSERT INTO "attempt_texts" VALUES(4,'{"name": "Ada"}',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(5,'{"name": "a", "arguments": {}}',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(6,'first',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(7,'second',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(8,'better',NULL,NULL);
INSERT INTO "attempt_texts" VALUES(9,'third',NULL,NULL);
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
            cost_pusd INTEGER, confidence REAL,
            UNIQUE (turn_id, seq)
        );
INSERT INTO "attempts" VALUES(1,1,1,1793534400000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL);
INSERT INTO "attempts" VALUES(2,2,1,1793534460000,'acme','cloud','big-1','https://api.example.com/v1',834,'ok',NULL,1,900.0,80.0,12,34,5,0,2000000000,NULL);
INSERT INTO "attempts" VALUES(3,3,1,1793534520000,'local','local','SmolLM2',NULL,0,'error','crash',0,900.0,80.0,12,34,5,0,0,NULL);
INSERT INTO "attempts" VALUES(4,4,1,1793534580000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL);
INSERT INTO "attempts" VALUES(5,5,1,1793534640000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL);
INSERT INTO "attempts" VALUES(6,6,1,1793534700000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL);
INSERT INTO "attempts" VALUES(7,7,1,1793534760000,'local','local','SmolLM2',NULL,0,'ok',NULL,1,900.0,80.0,12,34,5,0,0,NULL);
INSERT INTO "attempts" VALUES(8,8,1,1793534820000,'acme','cloud','big-1','https://api.example.com/v1',834,'ok',NULL,1,900.0,80.0,12,34,5,0,2000000000,NULL);
INSERT INTO "attempts" VALUES(9,9,1,1793534880000,'acme','cloud','big-1','https://api.example.com/v1',834,'ok',NULL,1,900.0,80.0,12,34,5,0,2000000000,NULL);
CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created_at INTEGER NOT NULL,
            head_id INTEGER,
            forked_from INTEGER
        );
INSERT INTO "sessions" VALUES(1,1793534400000,9,NULL);
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
INSERT INTO "turn_details" VALUES(1,'{"constraints":{"count":1,"items":[{"kind":"length","text":"under 50 words","start":4,"end":18,"params":{"unit":"words","max":50}}],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["no signal asks for the cloud"]','add 4 strict constraints','','1de05c5adafca13388602ba030024fe4da4a18c03dde602b5fc0e8bdc180a70d','Why is the sky blue? Say it in under 50 words.','{"prompt":"","system":null,"history":[],"attachments":[],"tools":null,"schema":null,"forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null,"dismissed":[],"held":null,"place":null}');
INSERT INTO "turn_details" VALUES(2,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["the route was chosen with --route"]','add 4 strict constraints','','2051fc272f1d1c6d8b0438a16b730c12607e277d10c320978d36e0a8bb2f0eac','What broke?','{"prompt":"","system":"Be brief.","history":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"}],"attachments":[{"name":"err.log","text":"line 1\n```\nline 2"}],"tools":null,"schema":null,"forced":"cloud","sampling":{"max_tokens":64,"temperature":0.5,"seed":7},"category":"ops","dismissed":[],"held":null,"place":null}');
INSERT INTO "turn_details" VALUES(3,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["no signal asks for the cloud"]','add 4 strict constraints','','c0a537036d100a42125d7e07bd22888263e37867a911b86d17d4c2764b7be45e','Prove it.','{"prompt":"","system":null,"history":[],"attachments":[],"tools":null,"schema":null,"forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null,"dismissed":[],"held":null,"place":null}');
INSERT INTO "turn_details" VALUES(4,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["no signal asks for the cloud"]','add 4 strict constraints','','76740216171591903cdbd18fbc770df447c5b1671005ca0020922a465bba0172','Ada Lovelace','{"prompt":"","system":null,"history":[],"attachments":[],"tools":null,"schema":"{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}}, \"required\": [\"name\"]}","forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null,"dismissed":[],"held":null,"place":null}');
INSERT INTO "turn_details" VALUES(5,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["no signal asks for the cloud"]','add 4 strict constraints','','26edc89f7cac5561765960e7eb3f97314825abf3d6e660355f6a10ed0fc7d761','Call a','{"prompt":"","system":null,"history":[],"attachments":[],"tools":"[{\"name\": \"a\", \"parameters\": {}}, {\"name\": \"a\", \"parameters\": {}}]","schema":null,"forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null,"dismissed":[],"held":null,"place":null}');
INSERT INTO "turn_details" VALUES(6,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["no signal asks for the cloud"]','add 4 strict constraints','','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','one','{"prompt":"","system":"Be kind.","history":[],"attachments":[],"tools":null,"schema":null,"forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null,"dismissed":[],"held":null,"place":null}');
INSERT INTO "turn_details" VALUES(7,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["no signal asks for the cloud"]','add 4 strict constraints','','3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','two','{"prompt":"","system":"Be kind.","history":[],"attachments":[],"tools":null,"schema":null,"forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null,"dismissed":["under 50 words"],"held":"local","place":null}');
INSERT INTO "turn_details" VALUES(8,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["the route was chosen with --route"]','add 4 strict constraints','','3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','two','{"prompt":"","system":"Be kind.","history":[],"attachments":[],"tools":null,"schema":null,"forced":"cloud","sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null,"dismissed":[],"held":"local","place":null}');
INSERT INTO "turn_details" VALUES(9,'{"constraints":{"count":0,"items":[],"threshold":3},"context":{"tokens":41,"threshold":8192,"method":"bound","exceeded":false},"scout":{"label":"standard","p_local":0.71,"model":"builtin-1","latency_ms":0.6,"moved_by":[["length",0.25]]}}','["the route was chosen with --route"]','add 4 strict constraints','','8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f','three','{"prompt":"","system":"Be kind.","history":[],"attachments":[],"tools":null,"schema":null,"forced":null,"sampling":{"max_tokens":null,"temperature":null,"seed":null},"category":null,"dismissed":[],"held":"cloud","place":null}');
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
        , session_id INTEGER, parent_id INTEGER, retry_of INTEGER, history_turns INTEGER NOT NULL DEFAULT 0, chance_local REAL, chance_cloud REAL, chances_by TEXT, propensity REAL NOT NULL DEFAULT 1, verdict TEXT, verdict_by TEXT, verdict_s INTEGER);
INSERT INTO "turns" VALUES(1,1793534400000,'ask',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,1,41,'standard','builtin-1',0.6,0.71,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,'good','user',NULL);
INSERT INTO "turns" VALUES(2,1793534460000,'ask','ops','cloud','forced','cloud',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(3,1793534520000,'ask',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(4,1793534580000,'ask',NULL,'local','default','local',NULL,'tools','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,'good','contract',NULL);
INSERT INTO "turns" VALUES(5,1793534640000,'ask',NULL,'local','default','local',NULL,'tools','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1,NULL,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(6,1793534700000,'chat',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1,1,NULL,NULL,0,0.71,0.94,'scout',1.0,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(7,1793534760000,'chat',NULL,'local','default','local',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1,1,6,NULL,1,0.71,0.94,'scout',1.0,'bad','user',180);
INSERT INTO "turns" VALUES(8,1793534820000,'chat',NULL,'cloud','forced','cloud',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1,1,6,7,1,0.71,0.94,'scout',1.0,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(9,1793534880000,'chat',NULL,'cloud','forced','cloud',NULL,'chat','signals-1','0.41',NULL,0,41,'standard','builtin-1',0.6,0.71,1.4,1,1,8,NULL,2,0.71,0.94,'scout',1.0,NULL,NULL,NULL);
CREATE TABLE verdicts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            given_at INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            by TEXT NOT NULL,
            seconds INTEGER,
            note TEXT
        );
INSERT INTO "verdicts" VALUES(1,4,1793534580000,'good','contract',NULL,NULL);
INSERT INTO "verdicts" VALUES(2,1,1793538000000,'good','user',NULL,NULL);
INSERT INTO "verdicts" VALUES(3,7,1793538000000,'bad','user',180,NULL);
CREATE INDEX turns_by_time ON turns (created_at);
CREATE INDEX attempts_by_time ON attempts (started_at);
CREATE INDEX verdicts_by_turn ON verdicts (turn_id);
CREATE INDEX turns_by_session ON turns (session_id) WHERE session_id IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('turns',9);
INSERT INTO "sqlite_sequence" VALUES('attempts',9);
INSERT INTO "sqlite_sequence" VALUES('verdicts',3);
INSERT INTO "sqlite_sequence" VALUES('sessions',1);
COMMIT;
